// The till: puts its parts together. Each part is a module of its own.
import { question } from "./ask.js";
import { Basket } from "./basket.js";
import { watch } from "./connection.js";
import * as customer from "./customer.js";
import { Finish } from "./finish.js";
import { ask } from "./http.js";
import { bind } from "./keys.js";
import { dismiss, dismissUnknown, sayNow, tell } from "./messages.js";
import { pane, show, view } from "./panes.js";
import { Payment } from "./payment.js";
import * as products from "./products.js";
import { Queue } from "./queue.js";
import { listen } from "./scan.js";
import { keepsNothing, openStore } from "./store.js";
import { remember, tellOutcomes } from "./outcomes.js";
import { lineCommands } from "./commands.js";
import { printCounted } from "./print.js";
import { uuid7 } from "./uid.js";
import { word } from "./words.js";
import { becomeWriter, lookOn } from "./writer.js";

const page = document.querySelector("[data-view]").dataset;
const address = (name) => (uid) => page[name].replace(page.anySale, uid);
const place = document.querySelector(".cart");

const store = await openStore(page.till);
const queue = new Queue(store, {
  operations: address("operations"),
  basket: address("basketUrl"),
});
const basket = new Basket(place, document.querySelector("[data-empty-basket]"));
const commands = lineCommands({ queue, basket });
const payment = new Payment({ address: address("payment"), pay: (...how) => finish.take(...how) });
const finish = new Finish({
  queue,
  store,
  basket,
  address: address("finalization"),
  finished: complete,
  refused,
});

// --- products into the basket ------------------------------------------------

function add(payload, shown) {
  if (view() === "complete") next();
  if (view() === "parked") show("sell");
  if (view() === "payment" && payment.hasTaken) {
    tell("payment", { level: "warn", title: word("money_taken"), detail: word("money_taken_hint"), seconds: 8 });
    return;
  }
  queue.add("add", payload, shown);
}

function addCode(code) {
  const quantity = products.takeQuantity();
  add({ code, ...(quantity && { quantity }) }, products.shelf(code));
}

function scanned(code) {
  if (view() === "customer") customer.look(code);
  else addCode(code);
}

// --- from one sale to the next -----------------------------------------------

async function open(uid) {
  const answer = await ask(address("basketUrl")(uid));
  queue.setSale(uid, answer.next_seq);
  basket.show(answer, queue.pending);
}

function begin(uid) {
  queue.setSale(uid, 1);
  basket.showEmpty(uid, queue.pending);
}

function next() {
  pane("complete").replaceChildren();
  commands.showLast();
  show("sell");
}

function complete(answer, uid) {
  payment.forget(uid);
  pane("complete").innerHTML = answer.complete;
  document.querySelector("[data-paper]").innerHTML = answer.receipt;
  const { number, change } = pane("complete").querySelector("[data-finished]").dataset;
  const scannedMeanwhile = queue.move(uid, answer.next.uid);
  begin(answer.next.uid);
  commands.remember(number, change);
  products.refresh();
  dismissUnknown();
  sayNow(pane("complete").querySelector(".change").textContent);
  show("complete");
  if (scannedMeanwhile) next();
}

async function refused(error) {
  if (error.status === 401) return signedOut();
  tell("payment", { level: "danger", title: word("not_paid"), detail: error.message });
  if (error.code === "stale") await open(basket.uid);
  if (view() === "payment") await payment.open(basket.uid);
}

function park() {
  if (!basket.hasLines) return;
  queue.add("park");
  showParked(parkedCount + 1);
  begin(uuid7());
  show("sell");
  tell("done", { level: "ok", title: word("parked"), seconds: 5 });
}

async function recall(uid) {
  if (basket.hasLines) park();
  await queue.drained();
  await open(uid);
  queue.add("recall");
  showParked(parkedCount - 1);
  show("sell");
}

let parkedCount = Number(document.querySelector("[data-parked-count]").textContent);

function showParked(count) {
  parkedCount = Math.max(count, 0);
  const badge = document.querySelector("[data-parked-count]");
  badge.textContent = parkedCount;
  badge.hidden = !parkedCount;
  const offer = place.querySelector("[data-parked-offer]");
  if (offer) offer.hidden = !parkedCount;
}

// --- panes -------------------------------------------------------------------

const goTo = {
  sell: () => (view() === "complete" ? next() : show("sell")),
  async payment() {
    if (!basket.hasLines || finish.isRunning) return;
    await queue.drained();
    if (basket.hasLines) await payment.open(basket.uid);
  },
  customer() {
    customer.reset();
    show("customer");
  },
  async parked() {
    await queue.drained();
    const url = `${page.parked}?besides=${basket.uid}`;
    await htmx.ajax("GET", url, { target: pane("parked"), swap: "innerHTML" });
    showParked(pane("parked").querySelectorAll("[data-act=recall]").length);
    show("parked");
  },
};

function go(name) {
  return goTo[name]()?.catch?.(commands.tellTrouble);
}

function attach(uid) {
  queue.add("attach_customer", { customer: uid });
  show("sell");
}

async function note() {
  const value = place.querySelector(".note-row")?.textContent.trim() ?? "";
  const text = await question({ kind: "text", heading: word("ask_note"), value });
  if (text !== null) queue.add("note", { text });
}

const acts = {
  ...commands.acts,
  park,
  note,
  recall: (button) => recall(button.dataset.uid).catch(commands.tellTrouble),
  "take-over": () => queue.add("recall"),
  next,
  print: (button) => printCounted(button.dataset.url),
  quick(button) {
    // A basket that has just changed is not paid by a finger already on its way.
    if (performance.now() - basket.changedAt < 300) return;
    finish.take([{ kind: "cash", tendered: button.dataset.tendered, reference: "" }], button);
  },
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-go], [data-act]");
  if (!button || button.disabled) return;
  if (button.dataset.go) {
    event.preventDefault();
    go(button.dataset.go);
  } else acts[button.dataset.act]?.(button);
});

function signedOut() {
  tell("signed-out", {
    level: "warn",
    title: word("signed_out"),
    choice: { label: word("sign_in"), act: () => location.assign(page.signIn) },
    stays: true,
  });
}

// --- begin -------------------------------------------------------------------

queue.addEventListener("change", ({ detail }) => {
  const added = detail?.added;
  if (added) remember(added);
  if (added && added.sale === basket.uid) basket.apply(added);
});
queue.addEventListener("answer", ({ detail }) => {
  dismiss("signed-out");
  if (detail.uid === basket.uid) basket.show(detail, queue.pending);
  tellOutcomes(detail, { queue, basket });
  if (view() === "payment" && !payment.hasTaken && !queue.pending.length) go("payment");
});
queue.addEventListener("moved", ({ detail }) => {
  if (detail.from === basket.uid && !finish.isRunning) begin(detail.to);
});
queue.addEventListener("signed-out", signedOut);
queue.addEventListener("stuck", ({ detail }) => commands.tellStuck(detail));
basket.addEventListener("changed", () => {
  products.count(basket.quantities());
  showParked(parkedCount);
});
document.querySelector("#tiles").addEventListener("htmx:afterSettle", () => products.count(basket.quantities()));
document.querySelector("#tiles").addEventListener("changed", () => products.count(basket.quantities()));

async function start() {
  watch(queue, page.health);
  queue.setSale(page.sale, Number(page.nextSeq));
  await queue.load();
  const waiting = queue.pending.at(-1)?.sale;
  queue.setSale(page.sale, Number(page.nextSeq));
  if (waiting && waiting !== page.sale) await open(waiting);
  else queue.pending.forEach((operation) => basket.apply(operation));
  products.count(basket.quantities());
  showParked(parkedCount);
  if (keepsNothing(store)) tell("store", { level: "warn", title: word("not_kept") });
  products.offer({ addresses: { index: page.index, search: page.search }, add });
  customer.seek(attach);
  listen({ remember: () => (view() === "payment" ? payment.remember() : null), scanned });
  bind(commands.keys({ go, acts, payment, customer, addCode, products }));
  show("sell");
  await finish.resume();
  queue.pump();
  if (location.hash === "#parked") go("parked");
  document.documentElement.dataset.ready = "";
}

if (await becomeWriter(page.till, () => (queue.pause(), lookOn(page.till)))) await start();
else lookOn(page.till);
