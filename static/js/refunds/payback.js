// How the rest of an exchange is paid back: the way, the slip's reference, and who
// approves. A password is held here only while it can be seen, and kept nowhere.
import { view } from "../core/panes.js";

const SIGNED = ["approver", "approver_password"];
const byTouch = matchMedia("(pointer: coarse)");

/** ``place`` is the pane; ``open()`` asks for it again, with the way that was chosen. */
export function paybackIn(place, open) {
  let basket = null;
  let chosen = "";
  let typed = {};
  let isSent = false;

  const isShown = () => view() === "payment" && place.querySelector("[data-giving-back]");
  const fields = () => [...place.querySelectorAll("[data-giving-back] [name]")];
  const signing = () => fields().filter(({ name }) => SIGNED.includes(name));
  const missing = () => signing().find(({ value }) => !value);

  function forget() {
    chosen = "";
    typed = {};
    wipe();
  }

  function wipe() {
    delete typed.approver_password;
    for (const field of fields()) field.value = "";
  }

  /** The way for this basket; another one begins anew. */
  function way(uid) {
    if (uid !== basket) forget();
    basket = uid;
    return chosen;
  }

  function terms() {
    if (!isShown()) return { kind: "" };
    const reference = fields().find(({ name }) => name === "reference")?.value ?? "";
    return { kind: chosen, reference: reference.trim() };
  }

  /** Sent with the request, and with each repeat of it. */
  function approval() {
    isSent = true;
    // The next key types it anew, however soon it comes after a refusal.
    if (isShown()) signing().at(-1)?.select();
    return isShown() && Object.fromEntries(signing().map(({ name, value }) => [name, value]));
  }

  /** Asked for again, the pane has what was typed into it before. */
  function refill() {
    for (const field of fields()) field.value = typed[field.name] ?? "";
    const next = missing() ?? signing().at(-1);
    if (!next || byTouch.matches) return;
    next.focus();
    // What was refused gives way to the next key; what is being typed does not.
    if (isSent) next.select();
  }

  place.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-payback]");
    if (!button) return;
    chosen = button.dataset.payback;
    open();
  });
  place.addEventListener("input", ({ target }) => {
    if (!fields().includes(target)) return;
    typed[target.name] = target.value;
    isSent = false;
  });
  // Enter goes to what is still to be filled in; where nothing is, it pays back.
  place.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !fields().includes(event.target)) return;
    const next = missing();
    if (!next || next === event.target) return;
    event.preventDefault();
    event.stopPropagation();
    next.focus();
  });
  // The pane puts the focus on its button first.
  document.addEventListener("pane", () => (isShown() ? queueMicrotask(refill) : wipe()));
  return { way, terms, approval, forget };
}
