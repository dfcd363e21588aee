// Till: puts its parts together. Each part is a module of its own.
import * as products from "../catalogue/products.js";
import { listenForApprovals, showApproval } from "../checkout/approval.js";
import { holdsMoney } from "../checkout/payment.js";
import { SaleFlow } from "../checkout/flow.js";
import { openDialog } from "../core/dialog.js";
import { requestFragment, requestJson, uuid7 } from "../core/http.js";
import { setCurrency } from "../core/money.js";
import { listenForScans } from "../core/scanner.js";
import {
  dismiss,
  handleError,
  notify,
  pane,
  show,
  startNavigation,
  view,
} from "../core/screen.js";
import * as customers from "../customers/customer.js";
import { printCounted } from "../receipts/print.js";
import { Exchange } from "../refunds/exchange.js";
import { Basket } from "./basket.js";
import { basketActs, bindKeys, rememberOperation, showResults, voidSale } from "./commands.js";
import { becomeReadOnly, becomeWriter, refuseToLeave, watchConnection } from "./connection.js";
import { attachLock } from "./lock.js";
import { Queue } from "./queue.js";
import { openStore } from "./store.js";

const page = document.querySelector("[data-view]").dataset;
const place = document.querySelector(".side-panel");
const tiles = document.querySelector("#tiles");
const receiptNumber = new RegExp(`^(?:${page.receiptNumber})$`, "i");
const url = (name) => (uid) => page[name].replace(page.anySale, uid);

setCurrency(page);
const store = await openStore(page.till);
const queue = new Queue(store, {
  send: (uid, operations) => requestJson(url("operations")(uid), { body: { operations } }),
  fetchBasket: (uid) => requestJson(url("basketUrl")(uid)),
});
const basket = new Basket(place, document.querySelector("[data-empty-basket]"));
const exchange = new Exchange({
  url: url("exchange"),
  basket,
  place,
  bring: (goods) => queue.add("exchange", { goods }),
  park: () => flow.park(),
  attach,
  reopen: () => payment.open(basket.uid),
});
const flow = new SaleFlow({ queue, store, basket, url, exchange, signedOut });
const { payment, finalization } = flow;

// --- products into the basket ------------------------------------------------

function add(payload, shown) {
  if (view() === "locked") return flow.putAside(payload, shown);
  if (view() === "complete") flow.next();
  flow.goOn();
  if (view() === "parked") show("sell");
  if (flow.isPaying) flow.putAside(payload, shown);
  else queue.add("add", payload, shown);
}

function addCode(code, positions = code) {
  const quantity = products.takeQuantity();
  // A product that this page does not know yet is looked for by its keys, too.
  const keys = positions !== code && { positions };
  add({ code, ...keys, ...(quantity && { quantity }) }, products.findByCode(code));
}

/** Whether a code is the number of a receipt, which no product has. */
function isReceipt(code) {
  return receiptNumber.test(code) && !products.findByCode(code);
}

function scanned(typed, positions) {
  // A computer with another layout than the scanner makes other signs of the same keys.
  const isKnown = (code) => products.findByCode(code) || receiptNumber.test(code);
  const code = !isKnown(typed) && isKnown(positions) ? positions : typed;
  if (view() === "locked") isReceipt(code) || addCode(code, code === typed ? positions : code);
  else if (isReceipt(code)) refuseToLeave() || location.assign(`${page.receipts}?number=${code}`);
  else if (view() === "customer") customers.findByCard(code);
  else addCode(code, code === typed ? positions : code);
}

// --- panes -------------------------------------------------------------------

const goTo = {
  sell: () => (view() === "complete" ? flow.next() : flow.goOn() || show("sell")),
  async payment() {
    const isPayable = () => basket.hasLines || holdsMoney(basket);
    if (!isPayable() || finalization.isRunning) return;
    const isLatest = startNavigation();
    await queue.drained();
    if (!isLatest() || !isPayable() || ask()) return;
    await payment.open(basket.uid);
    // What was scanned before the pane was there is on it, too.
    const isStale = view() === "payment" && payment.revision < basket.revision;
    if (isStale && !queue.pending.length) await payment.open(basket.uid);
  },
  customer() {
    customers.reset();
    show("customer");
  },
  async parked() {
    const isLatest = startNavigation();
    await queue.drained();
    const source = `${page.parked}?exclude=${basket.uid}`;
    pane("parked").innerHTML = await requestFragment(source);
    flow.showParked(pane("parked").querySelectorAll("[data-act=recall]").length);
    if (isLatest()) show("parked");
  },
};

function go(name) {
  return goTo[name]()?.catch?.((error) => {
    if (error.status === 401) signedOut();
    else handleError(error);
  });
}

function attach(uid) {
  queue.add("attach_customer", { customer: uid });
  show("sell");
}

/**
 * Ask what the basket asks before it is paid: an age, or to take off what is not sold at this
 * hour. What waits to be sent may answer that.
 */
function ask() {
  const dialog = !queue.pending.length && basket.root.querySelector("dialog");
  if (dialog && !dialog.open) {
    // No button has the focus: the next Enter may have been meant for something else.
    openDialog(dialog, dialog.querySelector("h2")).then((type) => {
      if (type) queue.add(type, { age: Number(dialog.dataset.age) });
    });
  }
  return dialog;
}

/** An act on the basket, but not while it is being paid. */
function unlessPaying(act) {
  return (...args) => {
    if (!finalization.isRunning) return act(...args);
    const title = gettext("Wait until the payment is finished");
    notify("payment", { level: "warn", title, seconds: 6 });
  };
}

const acts = {
  ...basketActs({ queue, basket }),
  void() {
    const ended = () => exchange.end();
    voidSale({ basket, queue, url: url("void"), ended }).catch(handleError);
  },
  park: () => flow.park(),
  recall: (button) => flow.recall(button.dataset.uid).catch(handleError),
  "take-over": () => queue.add("recall"),
  next: () => flow.next(),
  print: (button) => printCounted(button.dataset.url),
  quick(button) {
    // A tap that was meant for the basket before its last change does not pay it.
    if (performance.now() - basket.changedAt < 300) return;
    const tender = { kind: "cash", tendered: button.dataset.tendered, reference: "" };
    if (holdsMoney(basket)) go("payment");
    else finalization.finalize([tender], button);
  },
};

const FREE = new Set(["select", "next", "print", "quick"]);
for (const name in acts) if (!FREE.has(name)) acts[name] = unlessPaying(acts[name]);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-go], [data-act]");
  if (!event.target.closest("[data-menu] summary")) basket.closeMenu();
  if (!button || button.disabled) return;
  if (button.dataset.go) event.preventDefault();
  if (button.dataset.go) go(button.dataset.go);
  else acts[button.dataset.act]?.(button);
});

/** Another window has locked this browser, or the session is over: a PIN goes on from here. */
function signedOut() {
  const lock = document.querySelector("[data-lock]");
  if (view() === "locked") location.assign(page.signIn);
  else if (lock) lock.requestSubmit();
  else notify("signed-out", {
    level: "warn",
    title: gettext("You are signed out. The basket is kept."),
    choice: { label: gettext("Sign in"), act: () => location.assign(page.signIn) },
    stays: true,
  });
}

function onHtmxError({ detail }) {
  const title = gettext("The server did not answer. Try again.");
  if (detail.xhr?.status === 401) signedOut();
  else notify("refused", { level: "danger", title, seconds: 8 });
}
for (const name of ["responseError", "sendError", "timeout"]) {
  document.addEventListener(`htmx:${name}`, onHtmxError);
}

listenForApprovals((answer) => queue.take(answer));
document.addEventListener("printed", () => dismiss("printing"));

// --- what the queue says -----------------------------------------------------

queue.addEventListener("change", ({ detail }) => {
  const added = detail?.added;
  if (added) rememberOperation(added);
  if (added?.sale === basket.uid) basket.apply(added);
});
queue.addEventListener("answer", ({ detail }) => {
  dismiss("signed-out");
  dismiss("rejected");
  if (detail.uid === basket.uid) {
    // A close of the shift parks what is open.
    if (detail.status === "parked") flow.begin(uuid7());
    else basket.show(detail, queue.pending);
    showApproval(detail.approval);
  }
  showResults(detail, { queue, basket });
  if (view() === "payment" && !queue.pending.length) go("payment");
});
queue.addEventListener("moved", ({ detail }) => {
  if (detail.from === basket.uid && !finalization.isRunning) flow.begin(detail.to);
});
queue.addEventListener("signed-out", signedOut);
document.addEventListener("connection", ({ detail }) => basket.setOffline(detail));

function showCounts() {
  products.showCounts(basket.quantities());
  flow.showParked();
}
basket.addEventListener("changed", showCounts);
basket.addEventListener("changed", ask);
basket.addEventListener("estimated", ({ detail }) => {
  if (view() === "payment") payment.estimate(detail);
});
for (const name of ["htmx:afterSettle", "changed"]) tiles.addEventListener(name, showCounts);

// --- the start ---------------------------------------------------------------

async function start() {
  watchConnection(queue, page.health);
  await queue.load();
  queue.pending.forEach(rememberOperation);
  queue.setSale(page.sale, Number(page.nextSeq));
  const waiting = queue.pending.at(-1)?.sale;
  if (waiting && waiting !== page.sale) await flow.open(waiting).catch(handleError);
  else basket.applyAll(queue.pending, Number(page.nextSeq));
  showCounts();
  store.addEventListener("failed", storeFailed);
  if (store.isInMemory) storeFailed();
  products.attachProducts({
    urls: { index: page.index, search: page.search },
    add,
    addCode,
    sale: () => basket.uid,
    signedOut,
  });
  customers.attachCustomerPane(unlessPaying(attach));
  listenForScans({
    remember: () => (view() === "payment" ? payment : products).remember(),
    scanned,
  });
  bindKeys({ go, acts, basket, flow, products });
  attachLock({ queue, store, flow });
  show("sell");
  await finalization.resume();
  if (!finalization.isUnderWay) flow.takeUpIfFree();
  flow.showWaiting();
  flow.restore();
  ask();
  await exchange.begin();
  queue.flush();
  if (!queue.pending.length) await payment.openTyped(basket).catch(handleError);
  if (location.hash === "#parked") {
    history.replaceState(null, "", location.pathname);
    go("parked");
  }
  document.documentElement.dataset.ready = "";
}

function storeFailed() {
  const title = gettext("The browser's storage does not answer.");
  const detail = gettext("Go on selling, and keep this page open until all is sent.");
  notify("store", { level: "warn", title, detail, stays: true });
}

function lost() {
  queue.close();
  store.release();
  becomeReadOnly(page.till);
}

if (await becomeWriter(page.till, lost)) await start();
else becomeReadOnly(page.till);
