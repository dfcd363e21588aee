// Money taken in part outlives a reload, though nothing is recorded yet. It belongs to
// one basket, by its uid: while it is held, that is neither set aside nor made smaller.
import { tell } from "../core/screen.js";
import { word } from "../core/words.js";

export function keep(uid, tenders) {
  if (tenders.length) sessionStorage.setItem(`taken:${uid}`, JSON.stringify(tenders));
  else sessionStorage.removeItem(`taken:${uid}`);
}

export function recall(uid) {
  const taken = JSON.parse(sessionStorage.getItem(`taken:${uid}`) ?? "[]");
  return taken.map((tender) => ({ is_pending: false, ...tender }));
}

/** Whether money was taken for this basket, which forbids what was asked for: told. */
export function isHeld(uid, hint = "give_back_first") {
  if (!recall(uid).length) return false;
  tell("payment", { level: "warn", title: word("money_taken"), detail: word(hint), seconds: 8 });
  return true;
}
