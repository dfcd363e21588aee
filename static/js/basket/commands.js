// Commands: what buttons and keys do to the selected line and to the basket, and what
// is said when the server has answered.
import { sendApproved } from "../checkout/approval.js";
import { requestJson, uuid7 } from "../core/http.js";
import {
  announce,
  dismiss,
  dismissAll,
  focusHome,
  hasDialog,
  notify,
  pressChoice,
  startNavigation,
  view,
} from "../core/screen.js";
import * as customers from "../customers/customer.js";
import { refuseIfHeld } from "../checkout/payment.js";
import { askReduction, askValue, askVoidReason } from "./dialogs.js";

/** What the buttons of the basket do, by the name in ``data-act``; keys do the same. */
export function basketActs({ queue, basket }) {
  function setQuantity(line, quantity) {
    queue.add("set_quantity", { line: line.dataset.line, quantity });
  }

  function step(by) {
    const line = basket.current;
    if (!line) return;
    if (line.dataset.unit !== "each") {
      askQuantity();
      return;
    }
    const quantity = Number(line.dataset.quantity) + by;
    if (quantity > 0) setQuantity(line, String(quantity));
    else remove();
  }

  async function askQuantity() {
    const line = basket.current;
    if (!line) return;
    const { name, unit, quantity } = line.dataset;
    const isPiece = unit === "each";
    const typed = await askValue({
      kind: isPiece ? "count" : "measure",
      heading: isPiece
        ? interpolate(gettext("How many of %(name)s?"), { name }, true)
        : interpolate(gettext("How much of %(name)s, in %(unit)s?"), { name, unit }, true),
      label: isPiece ? "" : unit,
      value: quantity,
      none: true,
    });
    if (typed === null) return;
    if (Number(typed)) setQuantity(line, typed);
    else remove(line);
  }

  function remove(line = basket.current) {
    if (!line) return;
    const { line: uid, name } = line.dataset;
    const { sale } = queue.add("remove", { line: uid });
    offerUndo(interpolate(gettext("%(name)s removed"), { name }, true), sale, { line: uid });
  }

  function reduceLine(type, text, isPrice) {
    const line = basket.current;
    if (!line) return;
    const { line: uid, name } = line.dataset;
    reduce(type, interpolate(text, { name }, true), line, { line: uid }, isPrice);
  }

  function discountSale() {
    if (basket.hasLines) reduce("discount_sale", gettext("Discount on the sale"), basket.root);
  }

  async function reduce(type, heading, { dataset }, payload = {}, isPrice = false) {
    const given = await askReduction(heading, dataset, isPrice);
    if (given) queue.add(type, { ...payload, ...given });
  }

  function clear() {
    if (!basket.hasLines || refuseIfHeld(basket)) return;
    const { id, sale } = queue.add("clear");
    offerUndo(gettext("Basket cleared"), sale, { operation: id });
  }

  async function note() {
    const value = basket.root.querySelector(".note-row")?.textContent.trim() ?? "";
    const text = await askValue({ kind: "text", heading: gettext("Note on the sale"), value });
    if (text !== null) queue.add("note", { text });
  }

  function offerUndo(title, sale, payload) {
    const act = () => sale === basket.uid && queue.add("restore", payload);
    notify("undo", { level: "ok", title, choice: { label: gettext("Undo"), act }, seconds: 6 });
  }

  return {
    select: (button) => basket.select(button.closest("[data-line]").dataset.line),
    less: () => step(-1),
    more: () => step(1),
    quantity: askQuantity,
    remove: () => remove(),
    clear,
    note,
    price: () => reduceLine("override_price", gettext("Price of %(name)s"), true),
    "discount-line": () => reduceLine("discount_line", gettext("Discount on %(name)s")),
    "discount-sale": discountSale,
    detach: () => queue.add("detach_customer"),
  };
}

/** Ask why, and void the sale; what is scanned meanwhile is for the next basket. */
export async function voidSale({ basket, queue, url, ended }) {
  if (!basket.hasLines || refuseIfHeld(basket)) return;
  const reason = await askVoidReason();
  if (reason === null) return;
  const { uid } = basket;
  await queue.drained();
  if (uid !== basket.uid) return;
  queue.pause();
  try {
    await sendApproved((approval) => requestJson(url(uid), { body: { reason, ...approval } }));
    ended();
    queue.move(uid, uuid7());
    notify("done", { level: "ok", title: gettext("Sale voided"), seconds: 5 });
  } finally {
    queue.resume();
  }
}

// --- what the server says of each operation ----------------------------------

const sent = new Map();

/** Remember what an operation was about, until its result is known. */
export function rememberOperation(operation) {
  sent.set(operation.id, operation);
}

/** Show what came of the operations that the server has answered. */
export function showResults(answer, { queue, basket }) {
  let line = null;
  for (const result of answer.results) {
    const operation = sent.get(result.id);
    sent.delete(result.id);
    if (!result.ok) showRefusal(result, operation, queue);
    // What was said of a line is true until it changes.
    else if (result.line) dismiss(`line ${result.line}`);
    if (result.ok && result.code && answer.uid === basket.uid) {
      notify(`line ${result.line}`, { level: "warn", title: result.message, seconds: 8 });
    }
    if (result.ok && result.line && operation?.type !== "remove") line = result.line;
  }
  if (answer.uid !== basket.uid) return;
  if (line && !queue.pending.length) basket.select(line);
  announceBasket(basket);
}

function showRefusal(result, operation, queue) {
  if (result.code === "price_needed" && operation) {
    askPrice(operation, queue);
  } else if (result.code === "unknown_code") {
    const code = operation?.payload.code ?? "";
    const detail = groupDigits(code) || result.message;
    const title = gettext("Barcode not found");
    notify(`unknown ${code}`, { level: "danger", title, detail, seconds: 30 });
  } else if (result.code !== "approval_needed") {
    const title = gettext("Refused");
    notify("refused", { level: "danger", title, detail: result.message, seconds: 12 });
  }
}

/** A barcode as people read it out. */
function groupDigits(code) {
  return code.replace(/^(\d)(\d{3})(\d{3})(\d{3})(\d{3})$/, "$1 $2 $3 $4 $5");
}

async function askPrice({ payload, shown }, queue) {
  const name = shown?.name ?? payload.code ?? "";
  const heading = interpolate(gettext("Price of %(name)s"), { name }, true);
  const price = await askValue({ kind: "money", heading });
  if (price !== null) queue.add("add", { ...payload, price }, { ...shown, price });
}

function announceBasket(basket) {
  const total = basket.root.querySelector("[data-due]").textContent;
  const line = basket.current;
  if (!line) {
    announce(interpolate(gettext("Total %(total)s"), { total }, true));
    return;
  }
  const { name } = line.dataset;
  const amount = line.querySelector(".line-amount").textContent;
  const text = gettext("%(name)s, %(amount)s, total %(total)s");
  announce(interpolate(text, { name, amount, total }, true));
}

// --- the keyboard ------------------------------------------------------------

const field = document.querySelector("[data-scan]");

/**
 * Bind the keys of the till. Letters on the sell screen are search, so nothing there
 * hangs on one; F5, F11 and F12 are the browser's.
 */
export function bindKeys({ go, acts, basket, flow, products }) {
  const { payment } = flow;
  const primary = {
    sell: () => go("payment"),
    payment: () => payment.take(),
    complete: () => acts.next(),
  };
  const bound = {
    ...acts,
    undo: () => pressChoice("undo"),
    menu: () => basket.toggleMenu(),
    up: () => basket.move(-1),
    down: () => basket.move(1),
    home() {
      if (view() !== "customer") go("sell");
      focusHome();
      products.select();
    },
    customer: () => view() !== "complete" && go("customer"),
    parked: () => go("parked"),
    park: () => view() === "sell" && acts.park(),
    primary: () => primary[view()]?.(),
    back() {
      if (basket.closeMenu()) return;
      startNavigation();
      if (view() !== "sell") go("sell");
      else dismissAll(), products.dropQuestions(), products.clear(), products.takeQuantity();
    },
    print() {
      if (!["sell", "complete"].includes(view())) return false;
      flow.printLast();
      return true;
    },
    enter: () => products.enter(),
    times: () => products.setQuantity(),
    type: () => (products.type(), false),
    amount: (event) => payment.press(event.key === "Backspace" ? "back" : event.key),
    "clear-amount": () => payment.press("clear"),
    way: (event) => payment.pick(event.key.toLowerCase()),
    pick: () => customers.pick(),
    "pick-up": () => customers.move(-1),
    "pick-down": () => customers.move(1),
  };
  document.addEventListener("keydown", (event) => {
    if (hasDialog() || view() === "locked" || event.isComposing || event.altKey || event.metaKey) return;
    const name = nameOfKey(event);
    if (!name || !bound[name]) return;
    if (bound[name](event) !== false) event.preventDefault();
  });
}

function nameOfKey(event) {
  const inField = event.target === field;
  const isTyping = event.target.matches("input, textarea") && !inField;
  if (event.ctrlKey) {
    const isEdited = isTyping || (inField && field.value);
    return { p: "print", z: isEdited ? null : "undo" }[event.key.toLowerCase()];
  }
  const always = { F2: "home", F4: "customer", F9: "primary", Escape: "back" };
  if (event.key === "F6") return event.shiftKey ? "parked" : "park";
  if (always[event.key]) return always[event.key];
  if (view() === "payment" && (!isTyping || event.key === "Enter")) return keyInPayment(event);
  if (view() === "complete" && event.key === "Enter" && !event.target.closest("a, button")) {
    return "primary";
  }
  if (view() === "sell" && !isTyping) return keyOnSell(event, inField);
  const isFinding = event.target.matches("[data-find]");
  return view() === "customer" && isFinding ? keyInCustomer(event) : null;
}

function keyOnSell(event, inField) {
  const { key } = event;
  if (key === "F7") return event.shiftKey ? "price" : "quantity";
  if (key === "F8") return event.shiftKey ? "discount-sale" : "discount-line";
  if (key === "F10") return "menu";
  if (key === "ArrowUp" || key === "ArrowDown") return key === "ArrowUp" ? "up" : "down";
  if (inField && key === "Enter") return "enter";
  if (key === "*") return field.value ? "times" : "quantity";
  if (!field.value) {
    const names = { "+": "more", "-": "less", Delete: "remove" };
    if (names[key]) return names[key];
  }
  const onControl = event.target.closest("button, a, [role=tab]");
  const isText = key.length === 1 && !(onControl && key === " ");
  return isText && !inField ? "type" : null;
}

function keyInPayment(event) {
  const { key } = event;
  if (/^\d$/.test(key) || key === "Backspace") return "amount";
  if (key === "Delete") return "clear-amount";
  if (/^[cnprv]$/i.test(key)) return "way";
  const onOther = event.target.closest("button:not([data-act=take]), a");
  return key === "Enter" && !onOther ? "primary" : null;
}

function keyInCustomer({ key }) {
  if (key === "ArrowUp" || key === "ArrowDown") return key === "ArrowUp" ? "pick-up" : "pick-down";
  return key === "Enter" ? "pick" : null;
}
