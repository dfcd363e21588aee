// The till: puts its parts together. Each part is a module of its own.
import { Basket } from "./basket.js";
import { lineCommands } from "./commands.js";
import { watch } from "./connection.js";
import { Flow } from "../checkout/finalize.js";
import { bind } from "./keys.js";
import { dismiss, tell, tellTrouble } from "../core/screen.js";
import { remember, tellOutcomes } from "./outcomes.js";
import { isAsking, pane, show, view } from "../core/panes.js";
import * as products from "../catalogue/products.js";
import { Queue } from "./queue.js";
import { listen } from "../core/scanner.js";
import * as seldom from "../core/seldom.js";
import { keepsNothing, openStore } from "./store.js";
import { isHeld, recall } from "../checkout/taken.js";
import { uuid7 } from "../core/uid.js";
import { word } from "../core/words.js";
import { becomeWriter } from "./writer.js";

const page = document.querySelector("[data-view]").dataset;
const place = document.querySelector(".cart");
const tiles = document.querySelector("#tiles");
const address = (name) => (uid) => page[name].replace(page.anySale, uid);

const store = await openStore(page.till);
const queue = new Queue(store, {
  operations: address("operations"),
  basket: address("basketUrl"),
});
const basket = new Basket(place, document.querySelector("[data-empty-basket]"));
const commands = lineCommands({ queue, basket });
const flow = new Flow({ queue, store, basket, address, signedOut });
const { payment, finish } = flow;

// --- products into the basket ------------------------------------------------

function add(payload, shown) {
  if (view() === "complete") flow.next();
  if (view() === "parked") show("sell");
  if (view() === "payment" && isHeld(basket.uid, "money_taken_hint")) return;
  queue.add("add", payload, shown);
}

function addCode(code) {
  const quantity = products.takeQuantity();
  add({ code, ...(quantity && { quantity }) }, products.shelf(code));
}

function scanned(code) {
  if (products.isReceipt(code)) location.assign(`${page.receipts}?number=${code}`);
  else if (view() === "customer") seldom.customer.look(code);
  else addCode(code);
}

// --- panes -------------------------------------------------------------------

const goTo = {
  sell: () => (view() === "complete" ? flow.next() : show("sell")),
  async payment() {
    if (!basket.hasLines || finish.isRunning) return;
    await queue.drained();
    if (basket.hasLines) await payment.open(basket.uid);
  },
  customer() {
    seldom.customer.reset();
    show("customer");
    return seldom.seekCustomer(attach);
  },
  async parked() {
    await queue.drained();
    const url = `${page.parked}?besides=${basket.uid}`;
    await htmx.ajax("GET", url, { target: pane("parked"), swap: "innerHTML" });
    flow.showParked(pane("parked").querySelectorAll("[data-act=recall]").length);
    show("parked");
  },
};

function go(name) {
  return goTo[name]()?.catch?.(tellTrouble);
}

function attach(uid) {
  queue.add("attach_customer", { customer: uid });
  show("sell");
}

const acts = {
  ...commands.acts,
  void: () => seldom.giveUp({ basket, queue, address: address("void") }).catch(tellTrouble),
  park: () => flow.park(),
  recall: (button) => flow.recall(button.dataset.uid).catch(tellTrouble),
  "take-over": () => queue.add("recall"),
  next: () => flow.next(),
  print: (button) => seldom.printCounted(button.dataset.url).catch(tellTrouble),
  quick(button) {
    // A basket that has just changed is not paid by a finger already on its way.
    if (performance.now() - basket.changedAt < 300) return;
    if (recall(basket.uid).length) go("payment");
    else finish.take([{ kind: "cash", tendered: button.dataset.tendered, reference: "" }], button);
  },
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-go], [data-act]");
  if (!event.target.closest("[data-menu] summary")) basket.closeMenu();
  if (!button || button.disabled) return;
  if (button.dataset.go) event.preventDefault();
  if (button.dataset.go) go(button.dataset.go);
  else acts[button.dataset.act]?.(button);
});

function signedOut() {
  tell("signed-out", {
    level: "warn",
    title: word("signed_out"),
    choice: { label: word("sign_in"), act: () => location.assign(page.signIn) },
    stays: true,
  });
}

function failed({ detail }) {
  if (detail.xhr?.status === 401) signedOut();
  else tell("refused", { level: "danger", title: word("no_answer"), seconds: 8 });
}
for (const name of ["responseError", "sendError"]) {
  document.addEventListener(`htmx:${name}`, failed);
}

// --- what the queue says -----------------------------------------------------

queue.addEventListener("change", ({ detail }) => {
  const added = detail?.added;
  if (added) remember(added);
  if (added && added.sale === basket.uid) basket.apply(added);
});
queue.addEventListener("answer", ({ detail }) => {
  dismiss("signed-out");
  dismiss("stuck");
  if (detail.uid === basket.uid) {
    // A close of the shift parks what is open.
    if (detail.status === "parked") flow.begin(uuid7());
    else basket.show(detail, queue.pending);
  }
  tellOutcomes(detail, { queue, basket });
  if (view() === "payment" && !queue.pending.length) go("payment");
});
queue.addEventListener("moved", ({ detail }) => {
  if (detail.from === basket.uid && !finish.isRunning) flow.begin(detail.to);
});
queue.addEventListener("signed-out", signedOut);
queue.addEventListener("stuck", ({ detail }) => {
  seldom.tellStuck(queue, detail).catch(tellTrouble);
});

function count() {
  products.count(basket.quantities());
  flow.showParked();
}
function showTaken() {
  seldom.showTaken({ basket, place, leftOf: (uid) => payment.leftOf(uid) }).catch(() => {});
}
basket.addEventListener("changed", count);
basket.addEventListener("changed", showTaken);
document.addEventListener("pane", showTaken);
for (const name of ["htmx:afterSettle", "changed"]) tiles.addEventListener(name, count);

// --- begin -------------------------------------------------------------------

async function start() {
  watch(queue, page.health);
  await queue.load();
  queue.pending.forEach(remember);
  queue.setSale(page.sale, Number(page.nextSeq));
  const waiting = queue.pending.at(-1)?.sale;
  if (waiting && waiting !== page.sale) await flow.open(waiting).catch(tellTrouble);
  else queue.pending.forEach((operation) => basket.apply(operation));
  count();
  if (keepsNothing(store)) tell("store", { level: "warn", title: word("not_kept") });
  products.offer({ addresses: { index: page.index, search: page.search }, add });
  listen({
    remember: () => (view() === "payment" ? payment : products).remember(),
    scanned,
    isAmount: () => isAsking() || view() === "payment",
  });
  bind(commands.keys({ go, acts, payment, addCode, products }));
  show("sell");
  await finish.resume();
  await seldom.beginExchange({ address: address("exchange"), basket, place, flow, attach });
  queue.pump();
  if (location.hash === "#parked") {
    history.replaceState(null, "", location.pathname);
    go("parked");
  }
  document.documentElement.dataset.ready = "";
  seldom.fetchSeldom();
}

function lost() {
  queue.pause();
  seldom.lookOn(page.till);
}

if (await becomeWriter(page.till, lost)) await start();
else seldom.lookOn(page.till);
