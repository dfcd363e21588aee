// Products: tiles, search, and what a scanned code is likely to be.
import { askValue } from "../basket/dialogs.js";
import { requestFragment, requestJson } from "../core/http.js";
import { notify } from "../core/screen.js";

const grid = document.querySelector("#tiles");
const field = document.querySelector("[data-scan]");
const times = document.querySelector("[data-times]");
let chosen = document.querySelector('.tabs [aria-selected="true"]');
let index = {};
let searching = null;
let quantity = null;

/** ``add(payload, shown)`` puts a product into the basket. */
export function attachProducts({ urls, add }) {
  requestJson(urls.index, { timeout: 30_000 }).then((answer) => (index = answer), () => {});
  grid.addEventListener("click", (event) => {
    const tile = event.target.closest("[data-tile]");
    if (tile) tap(tile, add);
  });
  field.addEventListener("input", () => search(urls.search));
  document.querySelector(".tabs").addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (!tab) return;
    markTab(false);
    chosen = tab;
    markTab(true);
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

/** What is known of a code: name, price, unit and SKU; null if nothing. */
export function findByCode(code) {
  const [name, price, unit, sku] = index[code] ?? [];
  return name === undefined ? null : { name, price, unit, sku };
}

async function tap(tile, add) {
  const { product, sku, name, unit, price } = tile.dataset;
  if (tile.getAttribute("aria-disabled") === "true") {
    const title = interpolate(gettext("%(name)s is sold out"), { name }, true);
    notify("refused", { level: "warn", title, seconds: 6 });
    return;
  }
  const payload = { product };
  if (unit !== "each") {
    const text = gettext("How much of %(name)s, in %(unit)s?");
    const heading = interpolate(text, { name, unit }, true);
    const measure = await askValue({ kind: "measure", heading, label: unit });
    if (!measure) return;
    payload.quantity = measure;
  } else if (quantity) {
    payload.quantity = takeQuantity();
  }
  if (!price) {
    const heading = interpolate(gettext("Price of %(name)s"), { name }, true);
    const typed = await askValue({ kind: "money", heading });
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
  const typed = quantity;
  quantity = null;
  times.hidden = true;
  return typed;
}

/** Enter in the field: a code that is known or long, else the first product found. */
export async function enter(addCode) {
  const text = field.value.trim();
  if (!text) return;
  if (findByCode(text) || /^\d{6,}$/.test(text)) {
    clear();
    addCode(text);
    return;
  }
  await searching;
  grid.querySelector("[data-tile]")?.click();
}

let timer = null;
let controller = null;

function search(url) {
  clearTimeout(timer);
  controller?.abort();
  const text = field.value.trim();
  if (!text) {
    refresh();
    return;
  }
  markTab(false);
  searching = new Promise((resolve) => {
    timer = setTimeout(() => load(`${url}?q=${encodeURIComponent(text)}`).then(resolve), 120);
  });
}

async function load(url) {
  controller = new AbortController();
  try {
    grid.innerHTML = await requestFragment(url, { signal: controller.signal });
    grid.dispatchEvent(new Event("changed"));
  } catch {
    // Superseded, or no answer: what is shown stays.
  }
}

/** Empty the field, and end a search. */
export function clear() {
  field.value = "";
  if (searching) refresh();
}

/** The tiles of the chosen category, as the stock is now. */
export function refresh() {
  searching = null;
  markTab(true);
  return load(chosen.getAttribute("hx-get"));
}

/** Of a category that is not shown, while something is searched, none is marked. */
function markTab(isMarked) {
  chosen.setAttribute("aria-selected", String(isMarked));
}

/** Show on each tile how many of the product are in the sale. */
export function showCounts(quantities) {
  for (const tile of grid.querySelectorAll("[data-tile]")) {
    const number = quantities.get(tile.dataset.sku) ?? 0;
    tile.querySelector(".quantity")?.remove();
    tile.classList.toggle("in-basket", number > 0);
    if (!number) continue;
    const badge = document.createElement("span");
    badge.className = "quantity";
    const hint = document.createElement("span");
    hint.className = "visually-hidden";
    hint.textContent = ` ${gettext("in the sale")}`;
    badge.append(String(number), hint);
    tile.append(badge);
  }
}
