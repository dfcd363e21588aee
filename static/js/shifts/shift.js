// A drawer counted by notes and coins: digits and Enter, row by row.
import { attachPad } from "../core/cash.js";
import { bare, money, toMinor, toPlain } from "../core/money.js";

const BAGS = /^(\d{1,5})(?:\s*[*x×]\s*(\d{1,5}))?$/;

/** How many pieces the row says, or null where it says none that a drawer holds. */
function pieces(input) {
  const found = input.value.trim().match(BAGS);
  const number = found ? Number(found[1]) * Number(found[2] ?? 1) : NaN;
  return number < 1e5 ? number : null;
}

/** Say below a row that it cannot be read, or no longer say so. */
function complain(input, words) {
  const cell = input.closest("td");
  cell.querySelector(".errorlist")?.remove();
  if (!words) return;
  const list = document.createElement("ul");
  list.className = "errorlist";
  list.append(document.createElement("li"));
  list.firstChild.textContent = words;
  cell.append(list);
}

export function attachDrawer(form) {
  const amount = form.querySelector("[data-amount]");
  const rows = [...form.querySelectorAll("[data-face]")];
  const proposal = form.querySelector("[data-propose]");
  const words = form.querySelector("[data-words-unread]")?.dataset.wordsUnread;
  const last = form.dataset.last ? toMinor(form.dataset.last) : null;

  function all(selector, show) {
    for (const element of document.querySelectorAll(selector)) show(element);
  }

  function showSum(sum) {
    all("[data-sum]", (element) => {
      element.textContent = money(sum);
    });
    all("[data-sum-difference]", (element) => {
      element.textContent = (sum < last ? "−" : "") + bare(Math.abs(sum - last));
    });
    all("[data-same]", (element) => {
      element.hidden = sum !== last;
    });
  }

  function showLeft(done) {
    const left = "needsAll" in form.dataset ? rows.length - done : 0;
    all("[data-rows-done]", (element) => {
      element.textContent = element.dataset.rowsDone
        .replace("%(done)s", done)
        .replace("%(all)s", rows.length);
    });
    all("[data-progress]", (element) => {
      element.max = rows.length;
      element.value = done;
    });
    const button = document.querySelector("[data-submit]");
    if (!button.dataset.words) return;
    button.setAttribute("aria-disabled", String(left > 0));
    const words = left === 1 ? button.dataset.leftOne : button.dataset.left;
    button.querySelector("[data-submit-words]").textContent = left
      ? words.replace("%(left)s", left)
      : button.dataset.words;
  }

  function add() {
    let notes = 0;
    let coins = 0;
    let done = 0;
    for (const input of rows) {
      const number = pieces(input);
      const cell = input.closest("tr").querySelector("[data-row-sum]");
      input.setAttribute("aria-invalid", String(isUnread(input)));
      if (!isUnread(input)) complain(input, "");
      if (number === null) {
        cell.textContent = "–";
        continue;
      }
      const sum = number * toMinor(input.dataset.face);
      cell.textContent = bare(sum);
      done += 1;
      if ("isCoin" in cell.dataset) coins += sum;
      else notes += sum;
    }
    if (done) propose(false);
    const isProposed = proposal?.getAttribute("aria-pressed") === "true";
    if (!isProposed) amount.value = done ? toPlain(notes + coins) : "";
    all("[data-sum-notes]", (element) => {
      element.textContent = done ? bare(notes) : "–";
    });
    all("[data-sum-coins]", (element) => {
      element.textContent = done ? bare(coins) : "–";
    });
    showSum(isProposed ? last : notes + coins);
    showLeft(done);
  }

  const isUnread = (input) => input.value !== "" && pieces(input) === null;

  function judge(input) {
    complain(input, isUnread(input) ? words : "");
  }

  function propose(isOn) {
    proposal?.setAttribute("aria-pressed", String(isOn));
    proposal?.classList.toggle("on", isOn);
    if (!isOn) return;
    amount.value = proposal.dataset.propose;
    for (const input of rows) input.value = "";
  }

  function walk(event) {
    if (event.key !== "Enter" && event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    if (event.key === "Enter" && event.target.value.trim() === "") {
      event.target.value = "0";
      add();
    }
    const place = rows.indexOf(event.target) + (event.key === "ArrowUp" ? -1 : 1);
    const next = rows[place] ?? (place > 0 ? document.querySelector("[data-submit]") : null);
    next?.focus();
    next?.select?.();
  }

  proposal?.addEventListener("click", () => {
    propose(true);
    if (rows.length) add();
    else showSum(last);
    document.querySelector("[data-submit]").focus();
  });
  form.addEventListener("submit", (event) => {
    const button = document.querySelector("[data-submit]");
    const wrong = rows.find(isUnread);
    if (!wrong && button.getAttribute("aria-disabled") !== "true") return;
    event.preventDefault();
    for (const input of rows) judge(input);
    (wrong ?? rows.find((input) => pieces(input) === null))?.focus();
  });
  if (!rows.length) {
    const pad = form.querySelector("[data-pad=amount]");
    if (proposal && !amount.value) propose(true);
    attachPad(pad, amount, (minor) => {
      propose(minor === last && proposal?.getAttribute("aria-pressed") === "true");
      showSum(minor);
    });
    amount.focus();
    return;
  }
  for (const input of rows) {
    input.addEventListener("input", add);
    input.addEventListener("change", () => judge(input));
    input.addEventListener("keydown", walk);
  }
  if (proposal && rows.every((input) => !input.value)) propose(true);
  add();
  rows[0].focus();
}
