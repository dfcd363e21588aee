// One line of the basket: its buttons while it is selected, and how it looks while
// it waits for the server.
const actions = document.querySelector("[data-line-actions]");
const waiting = document.querySelector("[data-waiting-line]");

export function lineActions(line) {
  const row = actions.content.firstElementChild.cloneNode(true);
  row.querySelector("[data-typed-quantity]").textContent = line.dataset.quantity;
  return row;
}

/** Another quantity on a line; the amount waits for the server. */
export function bump(line, quantity) {
  line.classList.add("wait");
  line.dataset.quantity = quantity;
  line.querySelector(".qty").textContent = quantity;
  const typed = line.querySelector("[data-typed-quantity]");
  if (typed) typed.textContent = quantity;
}

/** A line as far as it is known: the shelf's name and price, or only the code. */
export function waitingLine(id, quantity, shown, payload) {
  const line = waiting.content.firstElementChild.cloneNode(true);
  Object.assign(line.dataset, {
    line: id,
    quantity,
    sku: shown.sku ?? "",
    name: shown.name ?? payload.code ?? "",
    unit: shown.unit ?? "each",
  });
  line.querySelector(".qty").textContent = quantity;
  line.querySelector(".nm").textContent = shown.name ?? payload.code ?? "";
  line.querySelector(".amt").textContent = quantity === "1" ? (shown.price ?? "") : "";
  return line;
}
