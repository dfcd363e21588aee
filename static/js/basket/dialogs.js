// A discount, on a line or on the sale: percent or amount, and why. Which of them a
// person may give is the server's to say; without the right there is no dialog.
import { bare, money, symbol, toMinor, toPlain, typed } from "../core/money.js";
import { opened, reasonIn } from "./reasons.js";
import { word } from "../core/words.js";

const dialog = document.querySelector("[data-ask-discount]");
const PERCENT = /^\d{0,3}(\.\d{0,2})?$/;

const parts = dialog && {
  title: dialog.querySelector("h2"),
  sign: dialog.querySelector("[data-off-field] span"),
  figure: dialog.querySelector("[data-off-field] input"),
  point: dialog.querySelector('[data-key="."]'),
  give: dialog.querySelector("[data-give]"),
  without: dialog.querySelector("[data-take-off]"),
  reason: reasonIn(dialog),
};
let way = "percent";

/**
 * Ask for a discount. ``given`` is the dataset of what has one already: percent, off
 * and reason. Resolves with the payload, empty to take it off, or with null.
 */
export async function askDiscount(heading, given) {
  if (!dialog) return null;
  const { title, figure, without, reason } = parts;
  const hasAmount = Number(given.off ?? 0) > 0;
  title.textContent = heading;
  without.hidden = given.reason === undefined;
  choose(hasAmount ? "amount" : "percent");
  figure.value = hasAmount ? bare(toMinor(given.off)) : (given.percent ?? "");
  reason.set(given.reason ?? "");
  refresh();
  const answer = opened(dialog, figure);
  figure.select();
  const choice = await answer;
  if (choice === "none") return {};
  return choice === "ok" ? { [way]: plain(), reason: reason.get() } : null;
}

function choose(wanted) {
  way = wanted;
  parts.figure.value = "";
  parts.sign.textContent = way === "percent" ? "%" : symbol;
  parts.point.textContent = way === "percent" ? "." : "00";
  for (const button of dialog.querySelectorAll("[data-way]")) {
    button.setAttribute("aria-pressed", String(button.dataset.way === way));
  }
}

/** What was typed, as the server reads it. */
function plain() {
  const text = parts.figure.value.replaceAll(",", "");
  return way === "percent" ? text : toPlain(toMinor(text));
}

function refresh() {
  const value = Number(plain());
  const isGood = value > 0 && (way === "amount" || value <= 100);
  const off = way === "percent" ? `${plain()}%` : money(toMinor(plain()));
  parts.give.disabled = !isGood;
  parts.give.textContent = word("give", { off: isGood ? off : "…" });
  for (const chip of dialog.querySelectorAll("[data-percent-off]")) {
    const isChosen = way === "percent" && chip.dataset.percentOff === parts.figure.value;
    chip.setAttribute("aria-pressed", String(isChosen));
  }
}

function press(key) {
  const { figure } = parts;
  const isWhole = figure.selectionStart === 0 && figure.selectionEnd === figure.value.length;
  const before = isWhole ? "" : figure.value;
  if (way === "amount") {
    const minor = typed(toMinor(before.replaceAll(",", "")), key === "." ? "00" : key);
    figure.value = minor ? bare(minor) : "";
  } else {
    const next = key === "back" ? before.slice(0, -1) : before + key;
    if (PERCENT.test(next)) figure.value = next;
  }
  figure.setSelectionRange(figure.value.length, figure.value.length);
  refresh();
}

function clicked({ target }) {
  const { key, way: wanted, percentOff } = target.closest("button")?.dataset ?? {};
  if (key) press(key);
  if (wanted) choose(wanted), refresh(), parts.figure.focus();
  if (percentOff) {
    choose("percent");
    parts.figure.value = percentOff;
    refresh();
  }
}

function keyed(event) {
  if (event.target !== parts.figure || event.ctrlKey || event.altKey || event.metaKey) return;
  const { key } = event;
  if (key === "%") choose("percent"), refresh();
  else if (key === "Enter") submit();
  else if (key === "Backspace") press("back");
  else if (/^[\d.,]$/.test(key)) press(key.replace(",", "."));
  else if (key.length > 1) return;
  event.preventDefault();
}

/** Enter gives the discount, or goes to what is missing. */
function submit() {
  if (!parts.give.disabled) dialog.querySelector("form").requestSubmit(parts.give);
}

if (dialog) {
  dialog.addEventListener("click", clicked);
  dialog.addEventListener("keydown", keyed);
  // A scan that ended in the field has been taken out of it again.
  parts.figure.addEventListener("input", refresh);
}
