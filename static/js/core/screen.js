// Bars above the basket: what happened, and what can be done about it.
import { NoAnswer } from "./http.js";
import { word } from "./words.js";

const place = document.querySelector("[data-messages]");
const pattern = document.querySelector("[data-bar]");
const ICONS = { danger: "warn", warn: "warn", info: "sync", ok: "ok" };
const bars = new Map();

/**
 * Show a bar; one with the same key is replaced. A choice is ``{ label, act }``.
 * ``seconds`` takes the bar away by itself.
 */
export function tell(key, options) {
  const { level, title, detail = "", choice, choices = [], seconds, stays = false } = options;
  dismiss(key);
  const bar = pattern.content.firstElementChild.cloneNode(true);
  bar.classList.add(`m-${level}`);
  bar.setAttribute("role", level === "danger" ? "alert" : "status");
  bar.dataset.message = key;
  for (const icon of bar.querySelectorAll("[data-icon]")) {
    if (icon.dataset.icon !== ICONS[level]) icon.remove();
  }
  const text = bar.querySelector("div");
  text.textContent = title;
  if (detail) text.append(Object.assign(document.createElement("small"), { textContent: detail }));
  bar.querySelector("[data-dismiss]").addEventListener("click", () => dismiss(key));
  const blank = bar.querySelector("[data-choice]");
  for (const { label, act } of choice ? [choice] : choices) {
    const button = blank.cloneNode();
    button.textContent = label;
    button.addEventListener("click", () => {
      dismiss(key);
      act();
    });
    blank.before(button);
  }
  blank.remove();
  if (stays) bar.querySelector("[data-dismiss]").remove();
  place.prepend(bar);
  bars.set(key, bar);
  // Two unknown codes are read; more would hide the basket.
  const unknown = [...bars.keys()].filter((each) => each.startsWith("unknown"));
  if (unknown.length > 2) dismiss(unknown[0]);
  if (seconds) {
    setTimeout(() => bars.get(key) === bar && dismiss(key), seconds * 1000);
  }
}

export function dismiss(key) {
  bars.get(key)?.remove();
  bars.delete(key);
}

/** All that can be dismissed: what was said belongs to the sale it was said of. */
export function dismissAll() {
  for (const [key, bar] of [...bars]) if (bar.querySelector("[data-dismiss]")) dismiss(key);
}

/** Take the choice that a bar offers; false where there is no such bar. */
export function pressChoice(key) {
  const choice = bars.get(key)?.querySelector("[data-choice]");
  choice?.click();
  return Boolean(choice);
}

/** A request that was refused, or came to nothing. */
export function tellTrouble(error) {
  const { message, waiting: n } = error;
  const isSilent = error instanceof NoAnswer;
  const title = word(n ? "not_final" : isSilent ? "no_answer" : "refused");
  const detail = n ? word("offline_waiting", { n }) : isSilent ? "" : message;
  tell("refused", { level: "danger", title, detail, seconds: 12 });
}

/** Told to those who listen instead of looking. */
export function say(sentence) {
  document.querySelector("[data-say]").textContent = sentence;
}

export function sayNow(sentence) {
  document.querySelector("[data-say-now]").textContent = sentence;
}

/** The change of the last sale, for a while after the next one has begun. */
export function lastChange(number, sum) {
  document.querySelector(".lastchg")?.remove();
  const row = document.createElement("div");
  row.className = "lastchg";
  const change = document.createElement("b");
  change.textContent = word("last_change_sum", { sum });
  row.append(word("last_change", { number }), change);
  place.append(row);
  setTimeout(() => row.remove(), 20_000);
}
