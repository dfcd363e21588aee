// Basket: what the server says is in it, and on top what still waits to be sent.
import { dismissAll, focusHome } from "../core/screen.js";
import { readAmounts, showEstimate } from "./estimate.js";

const actions = document.querySelector("[data-line-actions]");
const waiting = document.querySelector("[data-waiting-line]");

const NEEDS_LINES =
  "[data-act=park], [data-act=discount-sale], [data-act=clear], [data-act=void], [data-go=payment]";

/** The basket in its place beside the panes. Events: changed, estimated (detail: what is due). */
export class Basket extends EventTarget {
  constructor(place, emptyBasket) {
    super();
    this.place = place;
    this.emptyBasket = emptyBasket;
    this.uid = this.root.dataset.uid;
    this.revision = Number(this.root.dataset.revision);
    this.selected = null;
    this.changedAt = 0;
    this.isOffline = false;
    this.amounts = readAmounts(this.root);
    // A bar above or a note below leaves less room: the selected line stays in sight.
    this.watcher = new ResizeObserver(() => this.current?.scrollIntoView({ block: "nearest" }));
    this.watcher.observe(this.list);
    this.select(this.#lines().at(-1)?.dataset.line ?? null);
  }

  get root() {
    return this.place.querySelector("[data-basket]");
  }

  get list() {
    return this.root.querySelector("[data-list]");
  }

  get #menu() {
    return this.root.querySelector("[data-menu]");
  }

  /** Open or close the menu of the basket. */
  toggleMenu() {
    this.#menu.open = !this.#menu.open;
    this.#menu.querySelector(this.#menu.open ? "button:enabled" : "summary")?.focus();
  }

  /** Close the menu; whether it was open. */
  closeMenu() {
    const wasOpen = this.#menu.open;
    this.#menu.open = false;
    return wasOpen;
  }

  get hasLines() {
    return this.#lines().length > 0;
  }

  /** Show the server's basket, unless a newer one is shown already. */
  show(answer, pending) {
    if (answer.uid === this.uid && answer.revision < this.revision) return;
    const template = document.createElement("template");
    template.innerHTML = answer.html;
    const root = template.content.firstElementChild;
    this.#replace(root, answer.uid, answer.revision, pending, answer.next_seq);
  }

  /** Show an empty basket, for a sale that the server does not know yet. */
  showEmpty(uid, pending) {
    const root = this.emptyBasket.content.querySelector("[data-basket]").cloneNode(true);
    root.dataset.uid = uid;
    this.selected = null;
    this.#replace(root, uid, 0, pending);
  }

  #replace(root, uid, revision, pending, nextSeq = 1) {
    const act = document.activeElement?.closest?.("[data-basket] [data-act]")?.dataset.act;
    const top = this.list.scrollTop;
    this.changedAt = performance.now();
    // What was said of a basket ends with it.
    if (uid !== this.uid) dismissAll();
    this.uid = uid;
    this.revision = revision;
    this.watcher.disconnect();
    this.root.replaceWith(root);
    this.amounts = readAmounts(root);
    this.watcher.observe(this.list);
    this.applyAll(pending, nextSeq);
    this.list.scrollTop = top;
    this.select(this.#line(this.selected) ? this.selected : this.#lines().at(-1)?.dataset.line);
    this.dispatchEvent(new Event("changed"));
    if (act) root.querySelector(`[data-act="${act}"]:not(:disabled)`)?.focus({ preventScroll: true });
    if (document.activeElement === document.body) focusHome();
  }

  /** Show what will come of operations on this sale which the server has not applied yet. */
  applyAll(pending, nextSeq) {
    for (const operation of pending) {
      if (operation.sale === this.uid && operation.seq >= nextSeq) this.apply(operation);
    }
  }

  /** The connection is lost or back: what waits is added up here, or nothing is. */
  setOffline(isOffline) {
    this.isOffline = isOffline;
    this.#estimate();
  }

  #estimate() {
    if (!this.isOffline || !("waits" in this.root.dataset)) return;
    const detail = showEstimate(this.root, this.amounts);
    this.dispatchEvent(Object.assign(new Event("estimated"), { detail }));
  }

  /** Show what an operation will do, before the server has said so. */
  apply({ id, type, payload, shown }) {
    const line = this.#line(payload.line);
    if (type === "add") this.#applyAdd(id, payload, shown ?? {});
    if (type === "set_quantity" && line) showQuantity(line, payload.quantity);
    if (type === "discount_line" && line) line.classList.add("waiting");
    if (type === "remove" && line) this.#removeLine(line);
    if (type === "exchange") this.root.dataset.exchange = payload.goods;
    if (type === "clear") this.#lines().forEach((entry) => this.#removeLine(entry));
    for (const button of this.root.querySelectorAll(NEEDS_LINES)) button.disabled = !this.hasLines;
    // Until the server has said so the total is not final, and nothing is paid on it.
    this.root.dataset.waits = "";
    this.#estimate();
    for (const button of this.place.querySelectorAll(".button-wide, .quick-cash .button")) {
      button.setAttribute("aria-disabled", "true");
    }
  }

  #applyAdd(id, payload, shown) {
    const quantity = payload.quantity ?? "1";
    const same = this.#lines().find(
      ({ dataset }) => shown.sku && dataset.sku === shown.sku && !dataset.reason,
    );
    const price = payload.price;
    if (same && price === undefined) {
      const sum = Number(same.dataset.quantity) + Number(quantity);
      showQuantity(same, String(Number(sum.toFixed(3))));
      this.select(same.dataset.line);
      return;
    }
    this.list.hidden = false;
    this.root.querySelector("[data-none]")?.remove();
    this.list.append(waitingLine(id, quantity, shown, payload));
    this.select(id);
  }

  #removeLine(line) {
    const lines = this.#lines();
    const next = lines[lines.indexOf(line) + 1] ?? lines[lines.indexOf(line) - 1];
    line.remove();
    if (this.selected === line.dataset.line) this.select(next?.dataset.line ?? null);
  }

  /** The line on which quantity and remove act. */
  select(uid) {
    const line = this.#line(uid);
    this.selected = line ? uid : null;
    for (const entry of this.root.querySelectorAll(".entry.selected")) {
      entry.classList.remove("selected");
      entry.removeAttribute("aria-current");
      entry.querySelector(".line-actions")?.remove();
    }
    if (!line) return;
    line.classList.add("selected");
    line.setAttribute("aria-current", "true");
    line.append(lineActions(line));
    line.scrollIntoView({ block: "nearest" });
  }

  /** Select the line before or after. */
  move(step) {
    const lines = this.#lines();
    const at = lines.findIndex((line) => line.dataset.line === this.selected);
    const next = lines[Math.min(Math.max(at + step, 0), lines.length - 1)];
    if (next) this.select(next.dataset.line);
  }

  /** The selected line, if there is one. */
  get current() {
    return this.#line(this.selected);
  }

  #line(uid) {
    return uid ? this.root.querySelector(`[data-line="${CSS.escape(uid)}"]`) : null;
  }

  #lines() {
    return [...this.root.querySelectorAll("[data-line]")];
  }

  /** SKU to the quantity in the basket. */
  quantities() {
    const counts = new Map();
    for (const { dataset } of this.#lines()) {
      const count = dataset.unit === "each" ? Number(dataset.quantity) : 1;
      counts.set(dataset.sku, (counts.get(dataset.sku) ?? 0) + count);
    }
    return counts;
  }
}

// --- one line ----------------------------------------------------------------

/** The buttons of the selected line. */
function lineActions(line) {
  const row = actions.content.firstElementChild.cloneNode(true);
  row.querySelector("[data-typed-quantity]").textContent = line.dataset.quantity;
  return row;
}

/** Another quantity on a line; the amount waits for the server. */
function showQuantity(line, quantity) {
  line.classList.add("waiting");
  line.dataset.quantity = quantity;
  line.querySelector(".line-quantity").textContent = quantity;
  const typed = line.querySelector("[data-typed-quantity]");
  if (typed) typed.textContent = quantity;
}

/** A line as far as it is known: the product's name and price, or only the code. */
function waitingLine(id, quantity, shown, payload) {
  const line = waiting.content.firstElementChild.cloneNode(true);
  Object.assign(line.dataset, {
    line: id,
    quantity,
    sku: shown.sku ?? "",
    name: shown.name ?? payload.code ?? "",
    unit: shown.unit ?? "each",
    price: payload.price ?? shown.price ?? "",
  });
  line.querySelector(".line-quantity").textContent = quantity;
  line.querySelector(".line-name").textContent = shown.name ?? payload.code ?? "";
  line.querySelector(".line-amount").textContent = quantity === "1" ? (shown.price ?? "") : "";
  return line;
}
