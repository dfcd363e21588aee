// The pages of a shift: counts, reasons, and the one button that F9 presses.
import { attachPad } from "../core/cash.js";
import { attachDrawer } from "./shift.js";
import { money, toMinor } from "../core/money.js";
import "../receipts/print.js";

const submit = document.querySelector("[data-submit]");
const drawer = document.querySelector("[data-drawer]");
const move = document.querySelector("[data-move]");
const reason = document.querySelector("[data-reason-field]");

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
  const plain = words.textContent;

  function show() {
    const kind = move.querySelector("[name=kind]:checked")?.value;
    const said = submit.getAttribute(`data-words-${kind}`);
    const amount = money(toMinor(field.value || "0"));
    words.textContent = field.value && said ? said.replace("%(amount)s", amount) : plain;
    for (const chips of move.querySelectorAll("[data-for]")) {
      chips.hidden = !chips.dataset.for.split(" ").includes(kind);
    }
  }

  attachPad(move.querySelector("[data-pad=amount]"), field, show);
  move.addEventListener("change", show);
  field.focus();
}

if (drawer) attachDrawer(drawer);
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
  if (!move) reason.focus();
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
