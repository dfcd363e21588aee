// PIN: a tile chooses the person, by a tap or its number, and the last digit sends the PIN.
import { listen, tell } from "../core/windows.js";

// So many milliseconds for all digits is a scanner, whose burst is taken back soon after.
const MACHINE = 250;
const UNTIL_TAKEN_BACK = 600;
const PASSWORD_MAX = 128;
let firstAt = 0;

const panel = () => document.querySelector("dialog[open] form:has([data-pin])");
const form = () => panel() ?? document.querySelector(".pin-form");
const tiles = () => [...(panel() ?? document).querySelectorAll("[data-person], [name=approver]")];
const fields = (of = form()) => [...(of?.querySelectorAll("[data-pin]") ?? [])];
const firstOpen = (of) => fields(of).find((one) => one.value.length < one.maxLength);
const isNobodyChosen = () => form()?.querySelector("[name=person]")?.value === "";
const current = () => fields().find((one) => one === document.activeElement) ?? firstOpen();

/** Ask for this person's PIN; for nobody's where there is no tile. */
function choose(tile) {
  if (panel()) return tile && approve(tile);
  const person = form()?.querySelector("[name=person]");
  if (!person) return;
  const [field] = fields();
  for (const each of tiles()) each.setAttribute("aria-pressed", String(each === tile));
  person.value = tile?.dataset.person ?? "";
  field.value = "";
  form().querySelector("[role=alert]")?.remove();
  const name = form().querySelector("[data-name]");
  const initials = form().querySelector("[data-initials]");
  const avatar = tile?.querySelector(".avatar");
  name.textContent = tile?.querySelector("b").textContent ?? name.dataset.name;
  initials.textContent = avatar?.textContent ?? "?";
  initials.className = avatar?.className ?? "avatar plain";
  if (!tile) return field.blur();
  field.maxLength = tile.dataset.digits;
  field.focus();
}

/** Ask who approves, and nobody else. */
function approve(tile) {
  const [field] = fields();
  tile.checked = true;
  field.value = "";
  field.blur();
  field.focus();
}

/** The field takes the PIN of who was chosen, however that was; the password without one. */
function fit(field) {
  const tile = panel()?.querySelector("[name=approver]:checked");
  if (!tile) return;
  field.maxLength = tile.dataset.digits || PASSWORD_MAX;
  field.inputMode = tile.dataset.digits ? "numeric" : "text";
}

/** What was typed into a field: digits only, and sent once all of them are there. */
function typed(field) {
  if (field.maxLength === PASSWORD_MAX) return;
  field.value = field.value.replace(/\D/g, "");
  if (field.value.length < 2) firstAt = performance.now();
  if (field.value.length < field.maxLength) return;
  const isMachine = field.value.length > 1 && performance.now() - firstAt < MACHINE;
  setTimeout(next, isMachine ? UNTIL_TAKEN_BACK : 0, field);
}

function next(field) {
  if (field.value.length < field.maxLength) return;
  const open = firstOpen(field.form);
  if (open) open.focus();
  else field.form?.requestSubmit(field.form.querySelector("[type=submit]"));
}

function press(key) {
  const field = current();
  if (!field || isNobodyChosen()) return;
  if (key === "clear") field.value = "";
  else if (key === "back") field.value = field.value.slice(0, -1);
  else field.value = (field.value + key).slice(0, field.maxLength);
  if (key.length === 1) typed(field);
}

document.addEventListener("focusin", ({ target }) => target.matches("[data-pin]") && fit(target));
document.addEventListener("input", ({ target }) => target.matches("[data-pin]") && typed(target));
document.addEventListener("click", ({ target, detail }) => {
  const tile = target.closest("[data-person]");
  const key = target.closest("[data-pin-key]");
  // An arrow that goes from one to the next is no click of a pointer, which has a count.
  const approver = detail && target.closest("label")?.control;
  if (tile) choose(tile);
  if (key) press(key.dataset.pinKey);
  // Last of all a click moves the focus to what it has chosen.
  if (approver?.name === "approver") setTimeout(approve, 0, approver);
});
document.addEventListener("keydown", (event) => {
  if (!form()?.offsetParent || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Escape") choose(null);
  const isOpen = isNobodyChosen();
  if (!/^\d$/.test(event.key) || (!isOpen && event.target.matches("input:not([type=radio])"))) return;
  const tile = tiles()[event.key - 1];
  // A digit that is nobody's chooses nobody, and is no part of a PIN.
  if (tile || isOpen) event.preventDefault();
  if (tile) choose(tile);
});
// A wrong PIN brings the pad again.
document.addEventListener("htmx:afterSettle", () => {
  if (!panel() && form()?.offsetParent) firstOpen()?.focus();
});
// On a page of its own: a locked browser is locked in each of its windows, and one PIN opens them.
if (form()?.querySelector("[name=person]")) {
  tell("locked", performance.timeOrigin);
  // A page that was asked for before this one may have been open then.
  listen("open", (at) => at > performance.timeOrigin && location.assign(location.href));
}
