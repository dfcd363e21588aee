// A question beside the basket: a quantity, a measure, a price or a note.
import { bare, toMinor, toPlain, typed } from "./money.js";
import { focus } from "./panes.js";

const dialog = document.querySelector("[data-ask]");
const title = dialog.querySelector("h2");
const figure = dialog.querySelector("[data-figure] input");
const unit = dialog.querySelector("[data-figure] span");
const text = dialog.querySelector("textarea");
const point = dialog.querySelector('[data-key="."]');
let kind = "count";
let amount = 0;
let last = Promise.resolve();

/** Kinds: count (whole), measure (three places), money, text. Resolves with what
 * was typed, or null. Questions wait for each other. */
export function question(options) {
  last = last.then(() => put(options));
  return last;
}

export function isAsking() {
  return document.querySelector("dialog[open]") !== null;
}

function put({ kind: wanted, heading, value = "", label = "" }) {
  kind = wanted;
  title.textContent = heading;
  unit.textContent = label;
  dialog.querySelector("[data-figure]").hidden = kind === "text";
  dialog.querySelector("[data-text]").hidden = kind !== "text";
  dialog.querySelector("[data-pad]").hidden = kind === "text";
  point.textContent = kind === "money" ? "00" : ".";
  point.disabled = kind === "count";
  amount = 0;
  figure.value = kind === "money" ? bare(toMinor(value || "0")) : value;
  text.value = value;
  dialog.returnValue = "";
  dialog.showModal();
  (kind === "text" ? text : figure).focus();
  figure.select();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(answer()), { once: true });
  });
}

function answer() {
  focus();
  if (dialog.returnValue !== "ok") return null;
  if (kind === "text") return text.value.trim();
  if (kind === "money") return toPlain(toMinor(figure.value.replaceAll(",", "")));
  return figure.value.trim();
}

function press(key) {
  if (kind === "money") {
    amount = typed(amount, key === "." ? "00" : key);
    figure.value = bare(amount);
    return;
  }
  const isWhole = figure.selectionStart === 0 && figure.selectionEnd === figure.value.length;
  const before = isWhole ? "" : figure.value;
  const next = key === "back" ? before.slice(0, -1) : before + key;
  const shape = kind === "count" ? /^\d{0,5}$/ : /^\d{0,5}(\.\d{0,3})?$/;
  if (shape.test(next)) figure.value = next;
  figure.setSelectionRange(figure.value.length, figure.value.length);
}

// A scan that ended in the field has been taken out of it again.
figure.addEventListener("input", () => {
  if (kind === "money") amount = toMinor(figure.value.replaceAll(",", ""));
});
dialog.addEventListener("click", (event) => {
  const key = event.target.closest("[data-key]")?.dataset.key;
  if (key) press(key);
});
dialog.addEventListener("keydown", (event) => {
  if (kind === "text") {
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      dialog.close("ok");
    }
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Enter" && !event.target.closest("button")) {
    event.preventDefault();
    dialog.close("ok");
  } else if (event.key === "Backspace" || /^[\d.,]$/.test(event.key)) {
    event.preventDefault();
    press(event.key === "Backspace" ? "back" : event.key.replace(",", "."));
  } else if (event.key.length === 1) {
    event.preventDefault();
  }
});
