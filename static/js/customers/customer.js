// Customer of the sale: found by phone, name or card, or registered at the till.
import { pane, view } from "../core/screen.js";

const place = pane("customer");
const find = place.querySelector("[data-find]");
const found = place.querySelector("#found");
// Enter was pressed before the matches of what is typed had come.
let isPickWanted = false;

/** ``attach(uid)`` puts the customer on the sale. */
export function attachCustomerPane(attach) {
  place.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]")?.dataset.key;
    if (key) press(key);
    const chosen = event.target.closest("[data-attach-customer]");
    if (chosen) attach(chosen.dataset.attachCustomer);
  });
  place.addEventListener("submit", (event) => {
    // Enter may come before htmx has seen the form; the till is never left. While a
    // form is being submitted the browser ignores another request to submit it.
    if (event.defaultPrevented) return;
    event.preventDefault();
    htmx.process(event.target);
    setTimeout(() => event.target.requestSubmit());
  });
  place.addEventListener("htmx:afterSettle", () => {
    // An answer to a question that was left attaches no one.
    if (view() !== "customer") return;
    // The one who was meant, or who was registered just now.
    const certain = found.querySelector("[data-attach-customer-now]");
    if (certain) attach(certain.dataset.attachCustomerNow);
    else if (isPickWanted && isCurrent()) pick();
  });
  const forgetPick = () => {
    isPickWanted = false;
  };
  for (const name of ["input", "htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    place.addEventListener(name, forgetPick);
  }
}

/** Empty the pane. */
export function reset() {
  find.value = "";
  found.replaceChildren();
  isPickWanted = false;
}

/** Find the customer of a scanned card. */
export function findByCard(code) {
  find.value = code;
  find.dispatchEvent(new Event("find"));
}

/** Enter attaches the match that is marked, or else registers a new customer. */
export function pick() {
  isPickWanted = !isCurrent();
  if (isPickWanted) return;
  const chosen = found.querySelector(".pick.chosen") ?? picks()[0];
  if (chosen) chosen.click();
  else found.querySelector("[data-quick-add]")?.requestSubmit();
}

/** Mark the match before or after. */
export function move(step) {
  const all = picks();
  const at = all.findIndex((button) => button.matches(".chosen"));
  mark(all[Math.min(Math.max(at + step, 0), all.length - 1)]);
}

/** Whether what is shown answers what is typed. */
function isCurrent() {
  return found.querySelector("[data-words]")?.dataset.words === find.value.trim();
}

function press(key) {
  if (key === "clear") find.value = "";
  else if (key === "back") find.value = find.value.slice(0, -1);
  else find.value += key;
  find.dispatchEvent(new Event("input", { bubbles: true }));
}

function picks() {
  return [...found.querySelectorAll("[data-attach-customer]")];
}

function mark(chosen) {
  for (const button of picks()) button.classList.toggle("chosen", button === chosen);
}
