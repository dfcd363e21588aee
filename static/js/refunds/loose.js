// Goods without a receipt: found by tile, by search or by scanner, and listed once each.
import { NoAnswer, fragment } from "../core/http.js";
import { listen } from "../core/scanner.js";

const field = document.querySelector("[data-find-product]");
const tiles = document.querySelector("#tiles");
const rows = document.querySelector("[data-rows]");
const none = document.querySelector("[data-none]");
const noAnswer = document.querySelector("[data-no-answer]");

function changed() {
  none.hidden = rows.children.length > 0;
  // The sum is asked for when something the form sends has changed.
  const uid = document.querySelector("#refund [name=uid]");
  uid.dispatchEvent(new Event("input", { bubbles: true }));
}

function again(row) {
  const more = row.querySelector('[data-step="1"]');
  if (more) more.click();
  else row.querySelector("input[type=text]").select();
  row.scrollIntoView({ block: "nearest" });
}

/** ``query`` names a product by its uid, or by a code. */
async function add(query) {
  const known = query.product && rows.querySelector(`[data-product-row="${query.product}"]`);
  if (known) {
    again(known);
    return true;
  }
  const template = document.createElement("template");
  try {
    template.innerHTML = await fragment(`${field.dataset.row}?${new URLSearchParams(query)}`);
  } catch (error) {
    if (!(error instanceof NoAnswer)) location.reload();
    noAnswer.hidden = false;
    return false;
  }
  const row = template.content.querySelector("[data-product-row]");
  if (!row) return false;
  const same = rows.querySelector(`[data-product-row="${row.dataset.productRow}"]`);
  if (same) {
    again(same);
    return true;
  }
  rows.append(row);
  row.scrollIntoView({ block: "nearest" });
  changed();
  return true;
}

tiles.addEventListener("click", ({ target }) => {
  const tile = target.closest("[data-tile]");
  if (tile) add({ product: tile.dataset.product });
});
rows.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-take-off]");
  if (!button) return;
  button.closest("[data-product-row]").remove();
  changed();
});
field.addEventListener("keydown", async (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  const text = field.value.trim();
  if (!text) return;
  // Without a figure, or with a space in it, it is a name and no code.
  const isCode = /^\S*\d\S*$/.test(text);
  if (!isCode || !(await add({ code: text }))) await addFound(text);
  field.select();
});

/** The first product found by name; the tiles on the screen may answer something else. */
async function addFound(text) {
  const query = new URLSearchParams({ q: text, back: 1 });
  try {
    tiles.innerHTML = await fragment(`${field.getAttribute("hx-get")}?${query}`);
  } catch {
    noAnswer.hidden = false;
    return;
  }
  tiles.querySelector("[data-tile]")?.click();
}
listen({
  remember: () => null,
  async scanned(code) {
    if (!(await add({ code }))) {
      field.value = code;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  },
});
field.focus();
