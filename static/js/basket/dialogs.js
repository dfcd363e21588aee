// Dialogs beside the basket: a value (a quantity, a measure, a price or a note), a
// discount, and why the sale is voided. Which of the last two a person may give is the
// server's to say; without the right there is no such dialog in the page.
import {
  appendKey,
  currencySymbol,
  formatAmount,
  formatMoney,
  toMinor,
  toPlain,
} from "../core/money.js";
import { focusHome } from "../core/screen.js";

/** Open a dialog. Resolves with the value of the button that closed it, or "". */
export function openDialog(dialog, home) {
  dialog.returnValue = "";
  dialog.showModal();
  home.focus();
  return new Promise((resolve) => {
    const closed = () => {
      focusHome();
      resolve(dialog.returnValue);
    };
    dialog.addEventListener("close", closed, { once: true });
  });
}

/** What stays of the text in a field when a key is pressed: nothing, if all is selected. */
function textBefore(field) {
  const isWhole = field.selectionStart === 0 && field.selectionEnd === field.value.length;
  return isWhole ? "" : field.value;
}

function moveToEnd(field) {
  field.setSelectionRange(field.value.length, field.value.length);
}

// --- a value -----------------------------------------------------------------

const SHAPES = { count: /^\d{1,5}$/, measure: /^(\d{1,5}(\.\d{0,3})?|\.\d{1,3})$/ };
const ask = document.querySelector("[data-ask]");
const asked = {
  form: ask.querySelector("form"),
  ok: ask.querySelector("[value=ok]"),
  title: ask.querySelector("h2"),
  figure: ask.querySelector("[data-figure] input"),
  unit: ask.querySelector("[data-figure] span"),
  text: ask.querySelector("textarea"),
  point: ask.querySelector('[data-key="."]'),
  problem: ask.querySelector("[data-problem]"),
};
let kind = "count";
let amount = 0;
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
  asked.unit.textContent = label;
  ask.querySelector("[data-figure]").hidden = kind === "text";
  ask.querySelector("[data-text]").hidden = kind !== "text";
  ask.querySelector("[data-pad]").hidden = kind === "text";
  point.textContent = kind === "money" ? "00" : ".";
  point.disabled = kind === "count";
  amount = 0;
  figure.value = kind === "money" ? formatAmount(toMinor(value || "0")) : value;
  text.value = value;
  asked.problem.hidden = true;
  const closed = openDialog(ask, kind === "text" ? text : figure);
  figure.select();
  if ((await closed) !== "ok") return null;
  return kind === "text" ? text.value.trim() : plainValue();
}

/** What was typed, as the server reads it. */
function plainValue() {
  const { value } = asked.figure;
  if (kind === "money") return toPlain(toMinor(value.replaceAll(",", "")));
  return value.trim().replace(",", ".");
}

function isValueValid() {
  if (kind === "text") return true;
  return (SHAPES[kind]?.test(plainValue()) ?? true) && Number(plainValue()) >= least;
}

function valueProblem() {
  if (kind === "count") return gettext("Type a whole number of at most five digits.");
  if (kind === "money") return gettext("Type a price above zero.");
  return gettext("Type a number above zero, with at most three digits after the point.");
}

function pressValueKey(key) {
  const { figure } = asked;
  asked.problem.hidden = true;
  if (kind === "money") {
    amount = appendKey(amount, key === "." ? "00" : key);
    figure.value = formatAmount(amount);
    return;
  }
  const before = textBefore(figure);
  figure.value = key === "back" ? before.slice(0, -1) : before + key;
  moveToEnd(figure);
}

asked.figure.addEventListener("input", () => {
  asked.problem.hidden = true;
  // A scan that ended in the field has been removed from it again.
  if (kind === "money") amount = toMinor(asked.figure.value.replaceAll(",", ""));
});
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
  } else if (kind === "money" && (key === "Backspace" || key.length === 1)) {
    event.preventDefault();
    if (/^[\d.,]$/.test(key)) pressValueKey(key.replace(",", "."));
    else if (key === "Backspace") pressValueKey("back");
  } else if (kind !== "text" && /^\S$/.test(key) && target !== asked.figure) {
    asked.figure.focus();
  }
});

// --- a reason: one of the usual ones, or typed -------------------------------

/** The reason in a dialog: ``get`` and ``set``. */
function attachReason(dialog) {
  const field = dialog.querySelector("[data-reason-text]");
  const choices = [...dialog.querySelectorAll("[data-reason-choice]")];

  function mark() {
    for (const choice of choices) {
      const isChosen = choice.dataset.reasonChoice === field.value;
      choice.setAttribute("aria-pressed", String(isChosen));
    }
  }

  for (const choice of choices) {
    choice.addEventListener("click", () => {
      field.value = choice.dataset.reasonChoice;
      mark();
      dialog.querySelector("[value=ok]").focus();
    });
  }
  field.addEventListener("input", mark);
  // The browser would press the first button, which closes and forgets.
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    const done = dialog.querySelector("[value=ok]");
    if (!done.disabled) field.form.requestSubmit(done);
  });
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
  return choice === "ok" ? voidReason.get() : null;
}

// --- a discount: percent or amount, and why ----------------------------------

const PERCENT = /^\d{0,3}(\.\d{0,2})?$/;
const discounting = document.querySelector("[data-ask-discount]");
const discount = discounting && {
  title: discounting.querySelector("h2"),
  sign: discounting.querySelector("[data-off-field] span"),
  figure: discounting.querySelector("[data-off-field] input"),
  point: discounting.querySelector('[data-key="."]'),
  give: discounting.querySelector("[data-give]"),
  without: discounting.querySelector("[data-take-off]"),
  reason: attachReason(discounting),
};
let way = "percent";

/**
 * Ask for a discount. ``given`` is the dataset of what has one already: percent, off
 * and reason. Resolves with the payload, empty to remove the discount, or with null.
 */
export async function askDiscount(heading, given) {
  if (!discounting) return null;
  const { title, figure, without, reason } = discount;
  const hasAmount = Number(given.off ?? 0) > 0;
  title.textContent = heading;
  without.hidden = given.reason === undefined;
  chooseWay(hasAmount ? "amount" : "percent");
  figure.value = hasAmount ? formatAmount(toMinor(given.off)) : (given.percent ?? "");
  reason.set(given.reason ?? "");
  refreshDiscount();
  const closed = openDialog(discounting, figure);
  figure.select();
  const choice = await closed;
  if (choice === "none") return {};
  return choice === "ok" ? { [way]: plainDiscount(), reason: reason.get() } : null;
}

function chooseWay(wanted) {
  way = wanted;
  discount.figure.value = "";
  discount.sign.textContent = way === "percent" ? "%" : currencySymbol();
  discount.point.textContent = way === "percent" ? "." : "00";
  for (const button of discounting.querySelectorAll("[data-way]")) {
    button.setAttribute("aria-pressed", String(button.dataset.way === way));
  }
}

/** What was typed, as the server reads it. */
function plainDiscount() {
  const text = discount.figure.value.replaceAll(",", "");
  return way === "percent" ? text : toPlain(toMinor(text));
}

function refreshDiscount() {
  const value = Number(plainDiscount());
  const isValid = value > 0 && (way === "amount" || value <= 100);
  const typed = way === "percent" ? `${plainDiscount()}%` : formatMoney(toMinor(plainDiscount()));
  const off = isValid ? typed : "…";
  discount.give.disabled = !isValid;
  discount.give.textContent = interpolate(gettext("Take %(off)s off"), { off }, true);
  for (const chip of discounting.querySelectorAll("[data-percent-off]")) {
    const isChosen = way === "percent" && chip.dataset.percentOff === discount.figure.value;
    chip.setAttribute("aria-pressed", String(isChosen));
  }
}

function pressDiscountKey(key) {
  const { figure } = discount;
  const before = textBefore(figure);
  if (way === "amount") {
    const minor = appendKey(toMinor(before.replaceAll(",", "")), key === "." ? "00" : key);
    figure.value = minor ? formatAmount(minor) : "";
  } else {
    const next = key === "back" ? before.slice(0, -1) : before + key;
    if (PERCENT.test(next)) figure.value = next;
  }
  moveToEnd(figure);
  refreshDiscount();
}

function onDiscountClick({ target }) {
  const { key, way: wanted, percentOff } = target.closest("button")?.dataset ?? {};
  if (key) pressDiscountKey(key);
  if (wanted) chooseWay(wanted), refreshDiscount(), discount.figure.focus();
  if (percentOff) {
    chooseWay("percent");
    discount.figure.value = percentOff;
    refreshDiscount();
  }
}

function onDiscountKey(event) {
  if (event.target !== discount.figure || event.ctrlKey || event.altKey || event.metaKey) return;
  const { key } = event;
  if (key === "%") chooseWay("percent"), refreshDiscount();
  else if (key === "Enter") submitDiscount();
  else if (key === "Backspace") pressDiscountKey("back");
  else if (/^[\d.,]$/.test(key)) pressDiscountKey(key.replace(",", "."));
  else if (key.length > 1) return;
  event.preventDefault();
}

/** Enter gives the discount, or goes to what is missing. */
function submitDiscount() {
  if (!discount.give.disabled) discounting.querySelector("form").requestSubmit(discount.give);
}

if (discounting) {
  discounting.addEventListener("click", onDiscountClick);
  discounting.addEventListener("keydown", onDiscountKey);
  // A scan that ended in the field has been removed from it again.
  discount.figure.addEventListener("input", refreshDiscount);
}
