// Shift: the drawer counted by notes and coins, row by row; cash moved, with its reason;
// and the one button that F9 presses.
import {
  appendKey,
  formatAmount,
  formatMoney,
  markLength,
  setCurrency,
  toMinor,
  toPlain,
} from "../core/money.js";
import "../receipts/print.js";

setCurrency(document.querySelector("[data-symbol]").dataset);
const submit = document.querySelector("[data-submit]");

// --- an amount of cash -------------------------------------------------------

/** Let the pad and the keyboard fill the field; ``changed(minor)`` gets its amount. */
function attachPad(pad, field, changed) {
  const read = () => toMinor(field.value || "0");

  function press(key) {
    const minor = appendKey(read(), key);
    field.value = minor ? toPlain(minor) : "";
    show(minor);
  }

  function show(minor) {
    markLength(field, field.value);
    changed(minor);
  }

  pad.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]")?.dataset.key;
    if (key) press(key);
  });
  field.addEventListener("keydown", (event) => {
    if (!/^\d$|^Backspace$/.test(event.key) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    press(event.key === "Backspace" ? "back" : event.key);
  });
  field.addEventListener("input", () => show(read()));
  show(read());
}

// --- counting the drawer -----------------------------------------------------

const COUNT_TIMES_SIZE = /^(\d{1,5})(?:\s*[*x×]\s*(\d{1,5}))?$/;

/** The number of pieces typed in a row, or null where no drawer holds so many. */
function piecesIn(input) {
  const found = input.value.trim().match(COUNT_TIMES_SIZE);
  const number = found ? Number(found[1]) * Number(found[2] ?? 1) : NaN;
  return number < 1e5 ? number : null;
}

/** Show an error below a row, or none. */
function showError(input, text) {
  const cell = input.closest("td");
  cell.querySelector(".errorlist")?.remove();
  if (!text) return;
  const list = document.createElement("ul");
  list.className = "errorlist";
  list.append(document.createElement("li"));
  list.firstChild.textContent = text;
  cell.append(list);
}

const isUnreadable = (input) => input.value !== "" && piecesIn(input) === null;

function updateAll(selector, update) {
  for (const element of document.querySelectorAll(selector)) update(element);
}

/** The form of a count, or of a float: rows of pieces, or where there are none a sum. */
class Drawer {
  constructor(form) {
    this.form = form;
    this.amount = form.querySelector("[data-amount]");
    this.rows = [...form.querySelectorAll("[data-face]")];
    this.proposal = form.querySelector("[data-propose]");
    this.last = form.dataset.last ? toMinor(form.dataset.last) : null;
    this.unreadable = form.querySelector("[data-words-unread]")?.dataset.wordsUnread;
    this.words = submit.querySelector("[data-submit-words]");
    this.plainWords = this.words?.textContent;
    this.proposal?.addEventListener("click", () => this.#acceptProposal());
    form.addEventListener("submit", (event) => this.#stopIncomplete(event));
    if (this.rows.length) this.#attachRows();
    else this.#attachSum();
  }

  #attachSum() {
    const { form, amount, proposal, last } = this;
    if (proposal && !amount.value) this.#propose(true);
    attachPad(form.querySelector("[data-pad=amount]"), amount, (minor) => {
      this.#propose(minor === last && this.#isProposed);
      this.#showSum(minor);
    });
    amount.focus();
  }

  #attachRows() {
    const { rows, proposal } = this;
    for (const input of rows) {
      input.addEventListener("input", () => this.#add());
      input.addEventListener("change", () => this.#validate(input));
      input.addEventListener("keydown", (event) => this.#moveOnKey(event));
    }
    if (proposal && rows.every((input) => !input.value)) this.#propose(true);
    this.#add();
    rows[0].focus();
  }

  get #isProposed() {
    return this.proposal?.getAttribute("aria-pressed") === "true";
  }

  #propose(isOn) {
    this.proposal?.setAttribute("aria-pressed", String(isOn));
    this.proposal?.classList.toggle("chosen", isOn);
    if (!isOn) return;
    this.amount.value = this.proposal.dataset.propose;
    for (const input of this.rows) input.value = "";
  }

  #acceptProposal() {
    this.#propose(true);
    if (this.rows.length) this.#add();
    else this.#showSum(this.last);
    submit.focus();
  }

  #add() {
    let notes = 0;
    let coins = 0;
    let done = 0;
    for (const input of this.rows) {
      const number = piecesIn(input);
      const cell = input.closest("tr").querySelector("[data-row-sum]");
      input.setAttribute("aria-invalid", String(isUnreadable(input)));
      if (!isUnreadable(input)) showError(input, "");
      if (number === null) {
        cell.textContent = "–";
        continue;
      }
      const sum = number * toMinor(input.dataset.face);
      cell.textContent = formatAmount(sum);
      done += 1;
      if ("isCoin" in cell.dataset) coins += sum;
      else notes += sum;
    }
    if (done) this.#propose(false);
    if (!this.#isProposed) this.amount.value = done ? toPlain(notes + coins) : "";
    updateAll("[data-sum-notes]", (element) => {
      element.textContent = done ? formatAmount(notes) : "–";
    });
    updateAll("[data-sum-coins]", (element) => {
      element.textContent = done ? formatAmount(coins) : "–";
    });
    this.#showSum(this.#isProposed ? this.last : notes + coins);
    this.#showRowsLeft(done);
  }

  #showSum(sum) {
    const { last } = this;
    updateAll("[data-sum]", (element) => {
      element.textContent = formatMoney(sum);
      markLength(element, element.textContent);
    });
    updateAll("[data-sum-difference]", (element) => {
      element.textContent = (sum < last ? "−" : "") + formatAmount(Math.abs(sum - last));
    });
    updateAll("[data-same]", (element) => {
      element.hidden = sum !== last;
    });
  }

  #showRowsLeft(done) {
    const all = this.rows.length;
    updateAll("[data-rows-done]", (element) => {
      element.textContent = interpolate(element.dataset.rowsDone, { done, all }, true);
    });
    updateAll("[data-progress]", (element) => {
      element.max = all;
      element.value = done;
    });
    if (!("needsAll" in this.form.dataset)) return;
    const left = all - done;
    const text = ngettext("%(left)s row left", "%(left)s rows left", left);
    submit.setAttribute("aria-disabled", String(left > 0));
    this.words.textContent = left ? interpolate(text, { left }, true) : this.plainWords;
  }

  #validate(input) {
    showError(input, isUnreadable(input) ? this.unreadable : "");
  }

  #moveOnKey(event) {
    if (event.key !== "Enter" && event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    if (event.key === "Enter" && event.target.value.trim() === "") {
      event.target.value = "0";
      this.#add();
    }
    const { rows } = this;
    const place = rows.indexOf(event.target) + (event.key === "ArrowUp" ? -1 : 1);
    const next = rows[place] ?? (place > 0 ? submit : null);
    next?.focus();
    next?.select?.();
  }

  #stopIncomplete(event) {
    const wrong = this.rows.find(isUnreadable);
    if (!wrong && submit.getAttribute("aria-disabled") !== "true") return;
    event.preventDefault();
    for (const input of this.rows) this.#validate(input);
    (wrong ?? this.rows.find((input) => piecesIn(input) === null))?.focus();
  }
}

// --- cash moved, and reasons -------------------------------------------------

const drawer = document.querySelector("[data-drawer]");
const move = document.querySelector("[data-move]");
const reason = document.querySelector("[data-reason-field]");
// Where a refusal has its fault.
const fault = document.querySelector("[autofocus]")
  ?? document.querySelector("[data-move] [aria-invalid=true]");

function showReason() {
  for (const chip of document.querySelectorAll("[data-reason]")) {
    chip.setAttribute("aria-pressed", String(chip.dataset.reason === reason.value));
  }
  for (const echo of document.querySelectorAll("[data-reason-echo]")) {
    echo.textContent = reason.value;
  }
}

function attachMove() {
  const field = move.querySelector("[data-amount]");
  const words = submit.querySelector("[data-submit-words]");
  const plainWords = words.textContent;

  function show() {
    const kind = move.querySelector("[name=kind]:checked")?.value;
    const text = submit.getAttribute(`data-words-${kind}`);
    const amount = formatMoney(toMinor(field.value || "0"));
    words.textContent = field.value && text ? interpolate(text, { amount }, true) : plainWords;
    for (const chips of move.querySelectorAll("[data-for]")) {
      chips.hidden = !chips.dataset.for.split(" ").includes(kind);
    }
  }

  attachPad(move.querySelector("[data-pad=amount]"), field, show);
  move.addEventListener("change", show);
  (fault ?? field).focus();
}

if (drawer) new Drawer(drawer);
if (move) attachMove();
if (reason) {
  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-reason]");
    if (!chip) return;
    reason.value = chip.dataset.reason;
    showReason();
  });
  reason.addEventListener("input", showReason);
  showReason();
  if (!move) (fault ?? reason).focus();
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "F9" || !submit) return;
  event.preventDefault();
  submit.form.requestSubmit(submit);
});
// Pressed twice is sent once; what is sent twice all the same is known by its uid.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target !== submit?.form) return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  if (submit?.form) delete submit.form.dataset.sent;
});
