// Giving the basket up: why, and not while it is paid in part.
import { tell } from "./messages.js";
import { opened, reasonIn } from "./reasons.js";
import { recall } from "./taken.js";
import { word } from "./words.js";

const dialog = document.querySelector("[data-ask-void]");
const reason = dialog && reasonIn(dialog);

/** Ask for the reason, and void the sale; nothing for who may not. */
export async function giveUp({ basket, flow }) {
  if (!dialog || !basket.hasLines) return;
  if (recall(basket.uid).length) {
    const detail = word("give_back_first");
    tell("payment", { level: "warn", title: word("money_taken"), detail, seconds: 8 });
    return;
  }
  reason.set("");
  const choice = await opened(dialog, dialog.querySelector("[data-reason-choice]"));
  if (choice === "ok") await flow.void(reason.get());
}
