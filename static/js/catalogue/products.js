// Products: tiles, search, and what a scanned code is likely to be.
import { askValue } from "../basket/dialogs.js";
import { NoAnswer, Refused, requestFragment, requestJson } from "../core/http.js";
import { notify, view } from "../core/screen.js";

const grid = document.querySelector("#tiles");
const field = document.querySelector("[data-scan]");
const times = document.querySelector("[data-times]");
let chosen = document.querySelector('.tabs [aria-selected="true"]');
let index = {};
let isSearching = false;
let tilesBefore = null; // a search
let quantity = null;
let page;

/**
 * ``add(payload, shown)`` puts a product into the basket; ``addCode(code)`` one by its
 * code; ``sale()`` is the basket's uid; ``signedOut()`` says that one has to sign in.
 */
export function attachProducts(options) {
  page = options;
  const { urls } = page;
  requestJson(urls.index, { timeout: 30_000 }).then((answer) => (index = answer), () => {});
  grid.addEventListener("click", (event) => {
    const tile = event.target.closest("[data-tile]");
    if (tile) tap(tile);
  });
  field.addEventListener("input", () => search(urls.search));
  document.addEventListener("pane", () => view() !== "sell" && dropQuestions());
  document.querySelector(".tabs").addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (!tab) return;
    tilesBefore = null;
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
  // Not what every object has, as its constructor.
  const [name, price, unit, sku] = Object.hasOwn(index, code) ? index[code] : [];
  return name === undefined ? null : { name, price, unit, sku };
}

/** ``pieces`` and ``text`` are what was typed for it. */
async function tap(tile, text = field.value.trim(), pieces = undefined) {
  const { product, code, sku, name, unit, price } = tile.dataset;
  if (tile.getAttribute("aria-disabled") === "true") {
    const title = interpolate(gettext("%(name)s is sold out"), { name }, true);
    notify("refused", { level: "warn", title, seconds: 6 });
    return;
  }
  if (code) {
    // What was typed says its weight or price: it is sold as by Enter.
    quantity = pieces ?? quantity;
    clear();
    page.addCode(code);
    return;
  }
  const payload = { product };
  if (unit !== "each") {
    const text = gettext("How much of %(name)s, in %(unit)s?");
    const heading = interpolate(text, { name, unit }, true);
    const measure = await askValue({ kind: "measure", heading, label: unit });
    if (!measure) return;
    payload.quantity = measure;
  } else {
    const number = pieces === undefined ? takeQuantity() : pieces;
    if (number) payload.quantity = number;
  }
  if (!price) {
    const heading = interpolate(gettext("Price of %(name)s"), { name }, true);
    const typed = await askValue({ kind: "money", heading });
    if (typed === null) return;
    payload.price = typed;
  }
  page.add(payload, { name, price: price || payload.price, unit, sku });
  if (text && field.value.trim() === text) clear();
}

/** A quantity typed before the scan: ``3`` and then ``*``. */
export function setQuantity() {
  if (!/^[1-9]\d{0,3}$/.test(field.value)) return false;
  quantity = field.value;
  times.textContent = `${quantity} ×`;
  times.hidden = false;
  clear();
  return true;
}

/** The quantity for this scan; the next one is a single piece again. */
export function takeQuantity() {
  const typed = quantity;
  quantity = null;
  times.hidden = true;
  return typed;
}

// --- a code or a search ------------------------------------------------------

// Words that Enter has confirmed, until their own answer has come.
const questions = new Set();

/** Enter in the field: what has a digit and no space is a code; all else is searched. */
export function enter() {
  const text = field.value.trim();
  if (!text || questions.has(text)) return;
  if (findByCode(text) || /^\S*\d\S*$/.test(text)) {
    clear();
    page.addCode(text);
    return;
  }
  // What is typed next is another thing.
  field.select();
  addFirstFound(text);
}

/** Add the first product of the answer to these words, and of no other answer. */
async function addFirstFound(text) {
  const sale = page.sale();
  const pieces = takeQuantity();
  const template = document.createElement("template");
  questions.add(text);
  try {
    template.innerHTML = await requestTiles(`${page.urls.search}?q=${encodeURIComponent(text)}`);
  } catch (error) {
    if (questions.delete(text)) sayNotAdded(gettext("The server did not answer"), text);
    if (error instanceof Refused) page.signedOut();
    return;
  }
  if (!questions.delete(text)) return;
  const tile = template.content.querySelector("[data-tile]:not([data-similar])");
  if (!tile) sayNotAdded(gettext("No product found"), text);
  else if (sale !== page.sale()) sayNotAdded(gettext("The answer came too late"), text);
  else tap(tile, text, pieces);
}

/** Go elsewhere: an answer that comes later adds nothing. */
export function dropQuestions() {
  for (const text of questions) sayNotAdded(gettext("The answer came too late"), text);
  questions.clear();
}

function sayNotAdded(title, text) {
  const detail = interpolate(gettext("Nothing was added for “%(text)s”."), { text }, true);
  notify("search", { level: "danger", title, detail, seconds: 12 });
}

let timer = null;
let controller = new AbortController();

function search(url) {
  stopSearch();
  const text = field.value.trim();
  if (!text) {
    refresh();
    return;
  }
  if (!isSearching) tilesBefore = [...grid.children];
  markTab(false);
  isSearching = true;
  timer = setTimeout(() => load(`${url}?q=${encodeURIComponent(text)}`), 120);
}

/** Nothing that was asked for before is shown any more. */
function stopSearch() {
  clearTimeout(timer);
  controller.abort();
  controller = new AbortController();
}

/** The tiles, and nothing else that a server or what is before it may answer with. */
async function requestTiles(url, signal = AbortSignal.timeout(8000)) {
  const html = await requestFragment(url, { signal });
  if (!/data-tile|class="empty"/.test(html)) throw new NoAnswer();
  return html;
}

async function load(url) {
  const { signal } = controller;
  try {
    const html = await requestTiles(url, signal);
    if (signal.aborted) return;
    grid.innerHTML = html;
    grid.dispatchEvent(new Event("changed"));
  } catch {
    // Superseded, or no answer: what is shown stays.
  }
}

/** Empty the field, and end a search. */
export function clear() {
  field.value = "";
  if (isSearching) refresh();
}

/** The tiles of the chosen category, as the stock is now. */
export function refresh() {
  stopSearch();
  isSearching = false;
  markTab(true);
  // At once, and also where the server does not answer: nothing found is no category.
  if (tilesBefore) grid.replaceChildren(...tilesBefore);
  tilesBefore = null;
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
