// A question beside the basket: a quantity, a measure, a price or a note.
import { bare, toMinor, toPlain, typed } from "../core/money.js";
import { focus } from "../core/panes.js";
import { word } from "../core/words.js";

const SHAPES = { count: /^\d{1,5}$/, measure: /^(\d{1,5}(\.\d{0,3})?|\.\d{1,3})$/ };
const dialog = document.querySelector("[data-ask]");
const form = dialog.querySelector("form");
const ok = dialog.querySelector("[value=ok]");
const title = dialog.querySelector("h2");
const figure = dialog.querySelector("[data-figure] input");
const unit = dialog.querySelector("[data-figure] span");
const text = dialog.querySelector("textarea");
const point = dialog.querySelector('[data-key="."]');
const problem = dialog.querySelector("[data-problem]");
let kind = "count";
let amount = 0;
let least = 0;
let last = Promise.resolve();

/** Kinds: count (whole), measure (three places), money, text. Resolves with what
 * was typed, or null. ``none`` is for figures that may be zero. Questions wait for
 * each other. */
export function question(options) {
  last = last.then(() => put(options));
  return last;
}

function put({ kind: wanted, heading, value = "", label = "", none = false }) {
  kind = wanted;
  least = none ? 0 : 0.001;
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
  problem.hidden = true;
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
  return kind === "text" ? text.value.trim() : plain();
}

/** What was typed, as the server reads it. */
function plain() {
  if (kind === "money") return toPlain(toMinor(figure.value.replaceAll(",", "")));
  return figure.value.trim().replace(",", ".");
}

function isGood() {
  if (kind === "text") return true;
  return (SHAPES[kind]?.test(plain()) ?? true) && Number(plain()) >= least;
}

function press(key) {
  problem.hidden = true;
  if (kind === "money") {
    amount = typed(amount, key === "." ? "00" : key);
    figure.value = bare(amount);
    return;
  }
  const isWhole = figure.selectionStart === 0 && figure.selectionEnd === figure.value.length;
  const before = isWhole ? "" : figure.value;
  figure.value = key === "back" ? before.slice(0, -1) : before + key;
  figure.setSelectionRange(figure.value.length, figure.value.length);
}

figure.addEventListener("input", () => {
  problem.hidden = true;
  // A scan that ended in the field has been taken out of it again.
  if (kind === "money") amount = toMinor(figure.value.replaceAll(",", ""));
});
dialog.addEventListener("click", (event) => {
  const key = event.target.closest("[data-key]")?.dataset.key;
  if (key) press(key);
});
// What cannot be meant is said, and stays to be put right.
form.addEventListener("submit", (event) => {
  if (event.submitter !== ok || isGood()) return;
  event.preventDefault();
  problem.textContent = word(`ask_${kind}_shape`);
  problem.hidden = false;
  figure.focus();
});
dialog.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (key === "Enter" && !event.shiftKey && !target.closest("button")) {
    event.preventDefault();
    form.requestSubmit(ok);
  } else if (kind === "money" && (key === "Backspace" || key.length === 1)) {
    event.preventDefault();
    if (/^[\d.,]$/.test(key)) press(key.replace(",", "."));
    else if (key === "Backspace") press("back");
  } else if (kind !== "text" && /^\S$/.test(key) && target !== figure) {
    figure.focus();
  }
});
