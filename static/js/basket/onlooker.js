// A second window on a till: it says so, and may take over.
import { tell } from "../core/screen.js";
import { word } from "../core/words.js";
import { name } from "./writer.js";

export function lookOn(till) {
  tell("elsewhere", {
    level: "info",
    title: word("elsewhere"),
    detail: word("elsewhere_hint"),
    choice: { label: word("take_over"), act: () => takeOver(till) },
    stays: true,
  });
}

function takeOver(till) {
  navigator.locks.request(name(till), { steal: true }, () => location.reload());
}
