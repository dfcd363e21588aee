// Tiles, search, and what a scanned code is likely to be.
import { ask, fragment } from "../core/http.js";
import { tell } from "../core/screen.js";
import { question } from "../core/seldom.js";
import { word } from "../core/words.js";

const grid = document.querySelector("#tiles");
const field = document.querySelector("[data-scan]");
const times = document.querySelector("[data-times]");
let chosen = document.querySelector('.tabs [aria-selected="true"]');
let index = {};
let search = null;
let quantity = null;

/** ``add(payload, shown)`` puts a product into the basket. */
export function offer({ addresses, add }) {
  ask(addresses.index, { timeout: 30_000 }).then((answer) => (index = answer), () => {});
  grid.addEventListener("click", (event) => {
    const tile = event.target.closest("[data-tile]");
    if (tile) tap(tile, add);
  });
  field.addEventListener("input", () => find(addresses.search));
  document.querySelector(".tabs").addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (!tab) return;
    light(false);
    chosen = tab;
    light(true);
    clear();
  });
}

/** What is typed next takes the place of what the field holds. */
export function select() {
  field.select();
}

/** The keys that come now belong into the field. */
export function type() {
  field.focus();
}

/** What typing did to the field can be undone, where it turns out to be a scan. */
export function remember() {
  const { value } = field;
  return () => {
    if (field.value === value) return;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
}

/** Whether a code is the number of a receipt, which no product has. */
export function isReceipt(code) {
  return /^\w+(-\w+)*-[SR]-\d+$/i.test(code) && !shelf(code);
}

/** What the shelf says of a code: name, price, unit and SKU; nothing if unknown. */
export function shelf(code) {
  const [name, price, unit, sku] = index[code] ?? [];
  return name === undefined ? null : { name, price, unit, sku };
}

async function tap(tile, add) {
  const { product, sku, name, unit, price } = tile.dataset;
  if (tile.getAttribute("aria-disabled")) {
    tell("refused", { level: "warn", title: word("sold_out", { name }), seconds: 6 });
    return;
  }
  const payload = { product };
  if (unit !== "each") {
    const heading = word("ask_measure", { name, unit });
    const measure = await question({ kind: "measure", heading, label: unit });
    if (!measure) return;
    payload.quantity = measure;
  } else if (quantity) {
    payload.quantity = takeQuantity();
  }
  if (!price) {
    const typed = await question({ kind: "money", heading: word("ask_price", { name }) });
    if (typed === null) return;
    payload.price = typed;
  }
  add(payload, { name, price: price || payload.price, unit, sku });
  if (field.value) clear();
}

/** A quantity typed before the scan: ``3`` and then ``*``. */
export function setQuantity() {
  if (!/^[1-9]\d{0,3}$/.test(field.value)) return false;
  quantity = field.value;
  times.textContent = `${quantity} ×`;
  times.hidden = false;
  field.value = "";
  return true;
}

/** The quantity for this scan; the next one is a single piece again. */
export function takeQuantity() {
  const taken = quantity;
  quantity = null;
  times.hidden = true;
  return taken;
}

/** Enter in the field: a code as it stands, else the first product found. */
export async function enter(addCode) {
  const text = field.value.trim();
  if (!text) return;
  if (shelf(text) || /^\d{6,}$/.test(text)) {
    clear();
    addCode(text);
    return;
  }
  await search;
  grid.querySelector("[data-tile]")?.click();
}

let timer = null;
let controller = null;

function find(address) {
  clearTimeout(timer);
  controller?.abort();
  const text = field.value.trim();
  if (!text) {
    refresh();
    return;
  }
  light(false);
  search = new Promise((resolve) => {
    timer = setTimeout(() => load(`${address}?q=${encodeURIComponent(text)}`).then(resolve), 120);
  });
}

async function load(address) {
  controller = new AbortController();
  try {
    grid.innerHTML = await fragment(address, { signal: controller.signal });
    grid.dispatchEvent(new Event("changed"));
  } catch {
    // Superseded, or no answer: what is shown stays.
  }
}

export function clear() {
  field.value = "";
  if (search) refresh();
}

/** The tiles of the chosen category, as the stock is now. */
export function refresh() {
  search = null;
  light(true);
  return load(chosen.getAttribute("hx-get"));
}

/** Of a category that is not shown, while something is searched, none is marked. */
function light(isLit) {
  chosen.setAttribute("aria-selected", String(isLit));
}

/** How many of each product are in the sale, on its tile. */
export function count(quantities) {
  for (const tile of grid.querySelectorAll("[data-tile]")) {
    const number = quantities.get(tile.dataset.sku) ?? 0;
    tile.querySelector(".q")?.remove();
    tile.classList.toggle("in", number > 0);
    if (!number) continue;
    const badge = document.createElement("span");
    badge.className = "q";
    const said = document.createElement("span");
    said.className = "vh";
    said.textContent = ` ${word("in_sale")}`;
    badge.append(String(number), said);
    tile.append(badge);
  }
}
