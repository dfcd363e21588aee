// What the work area shows: sell, payment, complete, parked or customer.
const till = document.querySelector("[data-view]");
const paper = document.querySelector("[data-paper]");
const cart = document.querySelector(".cart");
const byTouch = matchMedia("(pointer: coarse)");
const field = document.querySelector("[data-scan]");

export function view() {
  return till.dataset.view;
}

/** Whether a question stands before everything else. */
export function isAsking() {
  return document.querySelector("dialog[open]") !== null;
}

export function pane(name) {
  return till.querySelector(`[data-pane="${name}"]`);
}

/** Show a pane, and put the focus where the work goes on. */
export function show(name) {
  till.dataset.view = name;
  for (const section of till.querySelectorAll("[data-pane]")) {
    section.hidden = section.dataset.pane !== name;
  }
  paper.hidden = name !== "complete";
  cart.hidden = name === "complete";
  for (const link of till.querySelectorAll(".rail [data-go]")) {
    const isHere = link.dataset.go === (name === "parked" ? "parked" : "sell");
    isHere ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
  }
  document.dispatchEvent(new Event("pane"));
  focus();
}

/** The scan field is home; where fingers do the work, no keyboard is to pop up. */
export function focus() {
  const fields = { sell: field, customer: pane("customer").querySelector("[data-find]") };
  const home = fields[view()] ?? pane(view()).querySelector(".btn-cta");
  if (fields[view()] && byTouch.matches) document.activeElement.blur();
  else home?.focus({ preventScroll: true });
}
