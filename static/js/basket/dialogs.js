// Dialogs beside the basket: a value (a quantity, a measure, a price or a note), a
// discount or another price, and why the sale is voided. What a person may do is the
// server's to say: without the right a dialog says so, or the page has none. Enter presses
// the first button of a form, so the cross has one of its own.
import { openDialog, whenClosed } from "../core/dialog.js";
import {
  appendKey,
  currencySymbol,
  formatAmount,
  formatMoney,
  parseAmount,
  toMinor,
  toPlain,
} from "../core/money.js";
import { focusHome, setPressed } from "../core/screen.js";

whenClosed(focusHome);

// --- figures: what may be typed of each kind; of money anything, cents first --

const SHAPES = {
  count: /^\d{0,5}$/,
  measure: /^\d{0,5}(\.\d{0,3})?$/,
  percent: /^\d{0,3}(\.\d{0,2})?$/,
};

/** What was typed, as the server reads it. */
function readFigure({ value }, kind) {
  return SHAPES[kind] ? value.trim().replace(",", ".") : toPlain(parseAmount(value));
}

/** Press a key of a number pad: in the place of what is selected, if that is all. */
function pressKey(figure, key, kind) {
  const { value, selectionStart, selectionEnd } = figure;
  const before = selectionStart === 0 && selectionEnd === value.length ? "" : value;
  if (SHAPES[kind]) {
    const next = key === "back" ? before.slice(0, -1) : before + key;
    if (SHAPES[kind].test(next)) figure.value = next;
  } else {
    const minor = appendKey(parseAmount(before), key === "." ? "00" : key);
    figure.value = minor ? formatAmount(minor) : "";
  }
  figure.setSelectionRange(figure.value.length, figure.value.length);
}

/** Press what was typed on a keyboard; no other character gets into the field. */
function pressTyped(event, pressed) {
  const { key } = event;
  if (key === "Backspace") pressed("back");
  else if (/^[\d.,]$/.test(key)) pressed(key.replace(",", "."));
  else if (key.length > 1) return;
  event.preventDefault();
}

// --- a value -----------------------------------------------------------------

const ask = document.querySelector("[data-ask]");
const asked = {
  form: ask.querySelector("form"),
  ok: ask.querySelector("[value=ok]"),
  title: ask.querySelector("h2"),
  figure: ask.querySelector("[data-figure] input"),
  sign: ask.querySelector("[data-figure] span"),
  text: ask.querySelector("textarea"),
  point: ask.querySelector('[data-key="."]'),
  problem: ask.querySelector("[data-problem]"),
};
let kind = "count";
let least = 0;
let last = Promise.resolve();

/** Ask for a count (whole), a measure (three places), money or text. Resolves with what
 * was typed, or null. ``none`` is for numbers that may be zero. Dialogs wait for each
 * other. */
export function askValue(options) {
  last = last.then(() => openValue(options));
  return last;
}

async function openValue({ kind: wanted, heading, value = "", label = "", none = false }) {
  const { figure, text, point } = asked;
  kind = wanted;
  least = none ? 0 : 0.001;
  asked.title.textContent = heading;
  asked.sign.textContent = label;
  ask.querySelector("[data-figure]").hidden = kind === "text";
  ask.querySelector("[data-text]").hidden = kind !== "text";
  ask.querySelector("[data-pad]").hidden = kind === "text";
  point.textContent = kind === "money" ? "00" : ".";
  point.disabled = kind === "count";
  figure.value = kind === "money" ? formatAmount(toMinor(value)) : value;
  text.value = value;
  hideProblem();
  const closed = openDialog(ask, kind === "text" ? text : figure);
  figure.select();
  if ((await closed) !== "ok") return null;
  return kind === "text" ? text.value.trim() : readFigure(figure, kind);
}

function isValueValid() {
  const value = readFigure(asked.figure, kind);
  const fits = !SHAPES[kind] || (value && SHAPES[kind].test(value));
  return kind === "text" || (fits && Number(value) >= least);
}

function valueProblem() {
  if (kind === "count") return gettext("Type a whole number of at most five digits.");
  if (kind === "money") return gettext("Type a price above zero.");
  return gettext("Type a number above zero, with at most three digits after the point.");
}

function pressValueKey(key) {
  pressKey(asked.figure, key, kind);
  hideProblem();
}

function hideProblem() {
  asked.problem.hidden = true;
}

asked.figure.addEventListener("input", hideProblem);
ask.addEventListener("click", (event) => {
  const key = event.target.closest("[data-key]")?.dataset.key;
  if (key) pressValueKey(key);
});
// What cannot be meant is refused, and the dialog stays open to correct it.
asked.form.addEventListener("submit", (event) => {
  if (event.submitter !== asked.ok || isValueValid()) return;
  event.preventDefault();
  asked.problem.textContent = valueProblem();
  asked.problem.hidden = false;
  asked.figure.focus();
});
ask.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (key === "Enter" && !event.shiftKey && !target.closest("button")) {
    event.preventDefault();
    asked.form.requestSubmit(asked.ok);
  } else if (kind === "money") {
    pressTyped(event, pressValueKey);
  } else if (kind !== "text" && /^\S$/.test(key) && target !== asked.figure) {
    asked.figure.focus();
  }
});

// --- a reason: one of the usual ones, or typed -------------------------------

/** The reason in a dialog: ``get`` and ``set``. */
function attachReason(dialog) {
  const field = dialog.querySelector("[data-reason-text]");

  function mark() {
    setPressed(dialog, "[data-reason-choice]", ({ reasonChoice }) => reasonChoice === field.value);
  }

  for (const choice of dialog.querySelectorAll("[data-reason-choice]")) {
    choice.addEventListener("click", () => {
      field.value = choice.dataset.reasonChoice;
      mark();
      dialog.querySelector("[value=ok]").focus();
    });
  }
  field.addEventListener("input", mark);
  return {
    get: () => field.value.trim(),
    set(text) {
      field.value = text;
      mark();
    },
  };
}

// --- voiding the sale --------------------------------------------------------

const voiding = document.querySelector("[data-ask-void]");
const voidReason = voiding && attachReason(voiding);

/** Ask why the sale is voided. Resolves with the reason, or null. */
export async function askVoidReason() {
  if (!voiding) return null;
  voidReason.set("");
  const choice = await openDialog(voiding, voiding.querySelector("[data-reason-choice]"));
  return choice ? voidReason.get() : null;
}

// --- a discount, in percent or as an amount, or another price; and why --------

const reducing = document.querySelector("[data-ask-discount]");
const reduction = {
  title: reducing.querySelector("h2"),
  sign: reducing.querySelector("[data-off-field] span"),
  figure: reducing.querySelector("[data-off-field] input"),
  point: reducing.querySelector('[data-key="."]'),
  give: reducing.querySelector("[data-give]"),
  tooMuch: reducing.querySelector("[data-too-much]"),
  reason: attachReason(reducing),
};
let way = "percent";

/**
 * Ask for a discount, or for a price. ``given`` is the dataset of what has one already:
 * percent, off and reason, or price and priceReason. Resolves with the payload, empty to
 * take it back, or with null.
 */
export async function askReduction(heading, given, isPrice) {
  const { title, figure, reason } = reduction;
  const why = isPrice ? given.priceReason : given.reason;
  const amount = isPrice ? given.price : given.off;
  title.textContent = heading;
  for (const part of reducing.querySelectorAll("[data-for]")) {
    const isOther = (part.dataset.for === "price") !== isPrice;
    part.hidden = isOther || (part.value === "none" && !why);
  }
  const typed = amount ? formatAmount(parseAmount(amount)) : given.percent;
  chooseWay(isPrice ? "price" : amount ? "amount" : "percent", typed);
  reason.set(why ?? "");
  const closed = openDialog(reducing, figure);
  figure.select();
  const choice = await closed;
  if (choice === "none") return {};
  return choice === "ok" ? { [way]: readFigure(figure, way), reason: reason.get() } : null;
}

function chooseWay(wanted, typed = "") {
  way = wanted;
  const isPercent = way === "percent";
  reduction.figure.value = typed;
  reduction.sign.textContent = isPercent ? "%" : currencySymbol();
  reduction.point.textContent = isPercent ? "." : "00";
  setPressed(reducing, "[data-way]", ({ way: own }) => own === way);
  refreshReduction();
}

function refreshReduction() {
  const plain = readFigure(reduction.figure, way);
  const isPercent = way === "percent";
  const isTooMuch = isPercent && Number(plain) > 100;
  const isValid = Number(plain) > 0 && !isTooMuch;
  const typed = isPercent ? `${plain}%` : formatMoney(toMinor(plain));
  const text = way === "price" ? gettext("Sell at %(off)s") : gettext("Take %(off)s off");
  reduction.tooMuch.hidden = !isTooMuch;
  reduction.give.disabled = !isValid;
  reduction.give.textContent = interpolate(text, { off: isValid ? typed : "…" }, true);
  setPressed(reducing, "[data-percent-off]", ({ percentOff }) => isPercent && percentOff === plain);
}

function pressReductionKey(key) {
  pressKey(reduction.figure, key, way);
  refreshReduction();
}

reducing.addEventListener("click", ({ target }) => {
  const { key, way: wanted, percentOff } = target.closest("button")?.dataset ?? {};
  if (key) pressReductionKey(key);
  if (wanted) chooseWay(wanted), reduction.figure.focus();
  if (percentOff) chooseWay("percent", percentOff);
});
reducing.addEventListener("keydown", (event) => {
  if (event.target !== reduction.figure || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "%" && way !== "price") chooseWay("percent");
  pressTyped(event, pressReductionKey);
});
// A scan that ended in the field has been removed from it again.
reduction.figure.addEventListener("input", refreshReduction);
