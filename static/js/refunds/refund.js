// Refund: what comes back is ticked and counted, or without a receipt found by tile, by
// search or by scanner. What it comes to is the server's to say.
import { NoAnswer, requestFragment } from "../core/http.js";
import { listenForScans } from "../core/scanner.js";

const form = document.querySelector("#refund");
const preview = document.querySelector("#preview");
const alerts = document.querySelector("#alerts");
const noAnswer = document.querySelector("[data-no-answer]");
// The amounts do not depend on what is typed here.
const NOT_AMOUNTS = new Set(["approver", "approver_password", "own_reason", "reference"]);
const TYPING = 350;
let timer = null;
let isStale = false;

const lines = () => [...form.querySelectorAll("[data-line]")];
const quantityOf = (line) => form.elements[`quantity-${line.value}`];
const isWhole = (line) => line.checked && Number(quantityOf(line).value) === Number(line.dataset.left);
/** What a supervisor has to type yet, if anything; it may be below the fold. */
const missing = () =>
  [...form.elements].find((field) => /^approver/.test(field.name) && field.offsetParent && !field.value);

/** What is shown is no longer what is asked for: nothing is paid back on it. */
function disablePreview() {
  for (const button of preview.querySelectorAll("button")) button.disabled = true;
}

/** Request the preview after a pause in milliseconds, in which more may be typed. */
function requestPreview(pause) {
  disablePreview();
  clearTimeout(timer);
  timer = setTimeout(() => htmx.trigger(preview, "refresh"), pause);
}

function step(button) {
  const box = button.closest(".stepper");
  const field = box.querySelector("input");
  const most = Number(box.dataset.stepMost);
  const next = Math.min(Math.max((Number(field.value) || 0) + Number(button.dataset.step), 1), most);
  if (String(next) === field.value) return;
  field.value = next;
  markAll();
  requestPreview(TYPING);
}

/** Everything left is ticked where each line is, with all that is left of it. */
function markAll() {
  const all = form.querySelector("[data-all]");
  if (all) all.checked = lines().every(isWhole);
}

/** What is damaged or past its date is not sold again, unless a line says so. */
function chooseRestocked(isDamaged) {
  for (const group of document.querySelectorAll(".segments")) {
    group.querySelector(`[value=${!isDamaged}]`).checked = true;
  }
}

// Some fields of the form are outside its element.
document.addEventListener("input", ({ target }) => {
  if (target.form !== form) return;
  if (target.matches("[data-all]")) {
    for (const line of lines()) {
      line.checked = target.checked;
      if (target.checked) quantityOf(line).value = line.dataset.left;
    }
  } else {
    markAll();
  }
  if (target.name === "reason") {
    chooseRestocked("damaged" in target.dataset);
    form.elements.own_reason.required = "ownWords" in target.dataset;
  }
  if (!NOT_AMOUNTS.has(target.name)) requestPreview(target.type === "text" ? TYPING : 0);
});
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-step]");
  if (button) step(button);
});
// Enter in a field comes from a scanner or by mistake; it pays nothing back.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.form === form && event.target.matches("input")) {
    event.preventDefault();
  }
});

/** The goods go back as part of a new sale: the till takes them over. */
function startExchange() {
  if (!form.reportValidity()) return;
  const chosen = lines().filter((line) => line.checked);
  const fields = new FormData(form);
  const { original, refund, customer } = form.dataset;
  const goods = new URLSearchParams({ original, refund, customer });
  for (const name of ["reason", "own_reason"]) goods.set(name, fields.get(name) ?? "");
  for (const { value } of chosen) {
    goods.append("line", value);
    for (const field of [`quantity-${value}`, `restocked-${value}`]) {
      goods.set(field, fields.get(field));
    }
  }
  sessionStorage.setItem("exchange:next", goods);
  location.assign(form.dataset.till);
}

preview.addEventListener("click", ({ target }) => {
  if (target.closest("[data-exchange]")) startExchange();
});

/** The row in an answer; a refusal is shown instead, and nothing returned. */
async function requestRow(url, selector) {
  const template = document.createElement("template");
  try {
    template.innerHTML = await requestFragment(url);
  } catch (error) {
    if (!(error instanceof NoAnswer)) location.reload();
    noAnswer.hidden = false;
    return undefined;
  }
  const refusal = template.content.querySelector(".message[data-code]");
  if (refusal) alerts.replaceChildren(refusal);
  return refusal ? undefined : template.content.querySelector(selector);
}

// --- of a receipt: goods that are scanned are ticked, or counted once more ---

/** The server finds the line; what is ticked already is said to it. */
async function tickScanned(code, positions) {
  const query = new URLSearchParams({ code, positions });
  for (const [name, value] of new FormData(form)) {
    if (/^(line$|quantity-|restocked-)/.test(name)) query.append(name, value);
  }
  const row = await requestRow(`${form.dataset.row}?${query}`, ".refund-line");
  if (!row) return;
  const line = row.querySelector("[data-line]");
  form.querySelector(`[data-line][value="${line.value}"]`).closest("li").replaceWith(row);
  row.scrollIntoView({ block: "nearest" });
  line.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The page of a receipt. */
function attachRefundOfReceipt() {
  // Each scan counts on what the one before has ticked.
  let scans = Promise.resolve();
  listenForScans({
    scanned(code, positions) {
      scans = scans.then(() => tickScanned(code, positions));
    },
  });
}

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  // What has changed since it was shown is said beside the new amounts, and a search
  // says nothing about the goods.
  const isAbout = detail.elt !== field && !(isStale && detail.elt === preview);
  if (isAbout) alerts.replaceChildren();
  isStale = false;
  noAnswer.hidden = true;
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target !== alerts) return;
  // A supervisor can approve more cash than the drawer holds, where that is allowed.
  form.toggleAttribute("data-refused", true);
  isStale = alerts.querySelector("[data-code=stale]") !== null;
  if (isStale) requestPreview(0);
  missing()?.focus();
});
for (const name of ["responseError", "sendError", "timeout"]) {
  document.addEventListener(`htmx:${name}`, ({ detail }) => {
    if (detail.xhr?.status === 401) location.reload();
    else noAnswer.hidden = false;
  });
}
// Where the answer to the preview was lost, asking again brings the button back.
noAnswer.querySelector("button").addEventListener("click", () => requestPreview(0));

// --- without a receipt: products are listed once each ------------------------

const field = document.querySelector("[data-find-product]");
const tiles = document.querySelector("#tiles");
const rows = document.querySelector("[data-rows]");
const none = document.querySelector("[data-none]");

function onRowsChanged() {
  none.hidden = rows.children.length > 0;
  // The sum is asked for when something the form sends has changed.
  const uid = document.querySelector("#refund [name=uid]");
  uid.dispatchEvent(new Event("input", { bubbles: true }));
}

/** A product that is listed already is counted once more. */
function addOneMore(row) {
  const more = row.querySelector('[data-step="1"]');
  if (more) more.click();
  else row.querySelector("input[type=text]").select();
  row.scrollIntoView({ block: "nearest" });
}

/** Two weighed goods weigh what both do; of two prices none is the price of both. */
function addMeasured(row, more) {
  const [quantity, price] = [...row.querySelectorAll("input[type=text]")];
  const [further, otherPrice] = [...more.querySelectorAll("input[type=text]")];
  const sum = Math.round((Number(quantity.value) + Number(further.value)) * 1000) / 1000;
  const isKnown = further.value && sum > 0 && price.value === otherPrice.value;
  quantity.value = isKnown ? String(sum) : "";
  if (!isKnown) quantity.focus();
  row.scrollIntoView({ block: "nearest" });
  onRowsChanged();
}

/** ``query`` names a product by its uid, or by a code; null if none has the code. */
async function addProduct(query) {
  const known = query.product && rows.querySelector(`[data-product-row="${query.product}"]`);
  if (known) {
    addOneMore(known);
    return true;
  }
  const url = `${field.dataset.row}?${new URLSearchParams(query)}`;
  const row = await requestRow(url, "[data-product-row]");
  if (!row) return row;
  const same = rows.querySelector(`[data-product-row="${row.dataset.productRow}"]`);
  if (same) {
    if ("measured" in row.dataset) addMeasured(same, row);
    else addOneMore(same);
    return true;
  }
  rows.append(row);
  row.scrollIntoView({ block: "nearest" });
  onRowsChanged();
  return true;
}

/** Add the first product found by name; whether there is one. */
async function addFirstFound(text) {
  const query = new URLSearchParams({ q: text, back: 1 });
  let html;
  try {
    html = await requestFragment(`${field.getAttribute("hx-get")}?${query}`);
  } catch {
    noAnswer.hidden = false;
    return false;
  }
  tiles.innerHTML = html;
  const tile = tiles.querySelector("[data-tile]:not([data-similar])");
  return tile ? addProduct(named(tile)) : false;
}

/** What a tile is about: a code that says a weight or price, or else a product. */
function named({ dataset: { code, product } }) {
  return code ? { code } : { product };
}

/** A code is matched whole. Without a digit, or with a space in it, it is a name. */
async function addTyped(text) {
  const isCode = /^\S*\d\S*$/.test(text);
  const isAdded = await (isCode ? addProduct({ code: text }) : addFirstFound(text));
  // What is typed meanwhile is the next question, which has its own answer.
  if (field.value.trim() !== text) return;
  // The search for what was typed may still be under way: another one takes its place.
  if (isAdded) search("");
  else if (isAdded === null) search(text);
}

/** Show what is found for a text; without one, the tiles of the start. */
function search(text) {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The page of a refund without receipt. */
function attachRefundWithoutReceipt() {
  tiles.addEventListener("click", ({ target }) => {
    const tile = target.closest("[data-tile]");
    if (tile) addProduct(named(tile));
  });
  rows.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-take-off]");
    if (!button) return;
    button.closest("[data-product-row]").remove();
    onRowsChanged();
  });
  let question = "";
  field.addEventListener("keydown", async (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const text = field.value.trim();
    // Confirmed again before the answer, it is the same question.
    if (!text || text === question) return;
    question = text;
    field.select();
    await addTyped(text);
    question = "";
  });
  listenForScans({
    async scanned(code, positions) {
      if ((await addProduct({ code, positions })) === null) search(code);
    },
  });
  field.focus();
}

if (field) attachRefundWithoutReceipt();
else attachRefundOfReceipt();
