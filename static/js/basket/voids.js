// Giving the basket up: why, and not while it is paid in part.
import { ask } from "../core/http.js";
import { tell } from "../core/screen.js";
import { opened, reasonIn } from "./reasons.js";
import { isHeld } from "../checkout/taken.js";
import { uuid7 } from "../core/uid.js";
import { word } from "../core/words.js";

const dialog = document.querySelector("[data-ask-void]");
const reason = dialog && reasonIn(dialog);

/** Ask for the reason, and void the sale, which ``ended``; nothing for who may not. */
export async function giveUp({ basket, queue, address, ended }) {
  if (!dialog || !basket.hasLines || isHeld(basket.uid)) return;
  reason.set("");
  const choice = await opened(dialog, dialog.querySelector("[data-reason-choice]"));
  if (choice !== "ok") return;
  const { uid } = basket;
  await queue.drained();
  if (uid !== basket.uid) return;
  // What is scanned meanwhile is for the next basket.
  queue.pause();
  try {
    await ask(address(uid), { body: { reason: reason.get() } });
    ended(uid);
    queue.move(uid, uuid7());
    tell("done", { level: "ok", title: word("voided"), seconds: 5 });
  } finally {
    queue.resume();
  }
}
