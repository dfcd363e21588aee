// Flow: the way from one sale to the next: the finished sale, parking and recalling.
import { refresh } from "../catalogue/products.js";
import { NoAnswer, requestJson, uuid7 } from "../core/http.js";
import {
  announceNow,
  dismiss,
  handleError,
  notify,
  pane,
  show,
  showLastChange,
  view,
} from "../core/screen.js";
import { printCounted } from "../receipts/print.js";
import { Finalization } from "./finalize.js";
import { holdsMoney, Payment, refuseIfHeld } from "./payment.js";

// What a reload on the screen of a finished sale shows again, and Ctrl+P prints.
const LAST = "last-sale";

/** What an earlier page of this tab has kept; nothing where the storage is refused. */
function readLast() {
  try {
    return JSON.parse(sessionStorage.getItem(LAST));
  } catch {
    return null;
  }
}

const badge = document.querySelector("[data-parked-count]");
const paper = document.querySelector("[data-paper]");

/** Names, or codes where a name is not known. */
function namesOf(operations) {
  return operations.map(({ payload, shown }) => shown?.name ?? payload.code).join(", ");
}

/** Goes from one sale to the next. */
export class SaleFlow {
  #last = readLast();
  #parked = Number(badge.textContent);

  /** ``url(name)`` gives an address by the sale's uid. */
  constructor({ queue, store, basket, url, exchange, signedOut }) {
    Object.assign(this, { queue, basket, url, exchange, signedOut });
    this.payment = new Payment({
      url: url("payment"),
      exchange,
      isCurrent: (revision) => revision >= basket.revision,
      pay: (tenders, button) => this.finalization.finalize(tenders, button),
      takePart: (tender, button) => this.finalization.takePart(tender, button),
      giveBack: (part, button) => this.finalization.giveBack(part, button),
      redeem: (points) => this.finalization.isRunning || queue.add("redeem_points", { points }),
    });
    this.finalization = new Finalization({
      queue,
      store,
      basket,
      url: (request) => this.#urlOf(request),
      exchange,
      finished: (answer, run) => this.#complete(answer, run),
      changed: (answer, run) => this.#change(answer, run),
      refused: (error, run) => this.#refused(error, run),
      goOn: () => this.goOn(),
      said: () => this.showWaiting(),
    });
  }

  #urlOf({ sale, act, part, body }) {
    if (!act) return this.url(body.exchange ? "exchange" : "finalization")(sale);
    const parts = this.url("partPayments")(sale);
    return `${act === "take" ? parts : `${parts}${part}/return/`}?${this.exchange.query(sale)}`;
  }

  /** Work on a sale that the server knows. */
  async open(uid) {
    const answer = await requestJson(this.url("basketUrl")(uid));
    this.queue.setSale(uid, answer.next_seq);
    this.basket.show(answer, this.queue.pending);
  }

  /** Work on a sale that the server does not know yet; what waits for the next goes into it. */
  begin(uid, isNext = true) {
    this.queue.setSale(uid, 1);
    this.basket.showEmpty(uid, this.queue.pending);
    if (isNext) this.queue.takeUp();
    this.showWaiting();
  }

  // --- what is scanned while a payment is under way is for the next basket ---

  /** Whether it is: a request is not answered, or part of it is taken and the rest is asked for. */
  get isPaying() {
    return this.finalization.isUnderWay || (view() === "payment" && holdsMoney(this.basket));
  }

  /** Let a scan wait, in sight. */
  putAside(payload, shown) {
    this.queue.putAside(payload, shown);
    this.showWaiting();
  }

  /** Say what waits, and offer it to this basket where that may still take it. */
  showWaiting() {
    const { waiting } = this.queue;
    const n = waiting.length;
    dismiss("next");
    if (!n) return;
    const locked = ngettext("%(n)s item scanned while locked", "%(n)s items scanned while locked", n);
    const next = ngettext(
      "%(n)s item waits for the next sale",
      "%(n)s items wait for the next sale",
      n,
    );
    const text = view() === "locked" ? locked : next;
    const choice = { label: gettext("Add it here"), act: () => this.#takeUpHere() };
    notify("next", {
      level: "info",
      title: interpolate(text, { n }, true),
      detail: namesOf(waiting),
      choice: this.finalization.isUnderWay || view() === "locked" ? null : choice,
      stays: true,
    });
  }

  /** No payment is under way any more, and this basket stays: what waits goes into it. */
  takeUpIfFree() {
    if (!holdsMoney(this.basket)) this.#takeUpHere();
  }

  #takeUpHere() {
    const taken = this.queue.takeUp();
    this.showWaiting();
    const n = taken.length;
    if (!n) return;
    const text = ngettext(
      "%(n)s item that waited is in this basket",
      "%(n)s items that waited are in this basket",
      n,
    );
    const title = interpolate(text, { n }, true);
    notify("taken-up", { level: "info", title, detail: namesOf(taken), seconds: 12 });
  }

  /** Leave the finished sale; its change stays in sight for a while. */
  next() {
    pane("complete").replaceChildren();
    showLastChange(this.#last.number, this.#last.change);
    this.#remember({ ...this.#last, complete: undefined, receipt: undefined });
    show("sell");
  }

  #remember(last) {
    this.#last = last;
    try {
      sessionStorage.setItem(LAST, JSON.stringify(last));
    } catch {
      // Full or refused: a reload does not know it then.
    }
  }

  /** Show the finished sale again, with its change, where that was reloaded. */
  restore() {
    if (!this.#last?.complete || view() === "complete") return;
    const isReload = performance.getEntriesByType("navigation")[0]?.type === "reload";
    if (isReload && !this.basket.hasLines) this.#showComplete(this.#last);
    else this.#remember({ ...this.#last, complete: undefined });
  }

  #showComplete({ complete, receipt }) {
    pane("complete").innerHTML = complete;
    paper.innerHTML = receipt;
    show("complete");
  }

  /** Print the receipt of the last sale once more. */
  printLast() {
    if (this.#last) printCounted(this.#last.url);
    else notify("last", { level: "info", title: gettext("No sale was finished here yet"), seconds: 6 });
  }

  /** Go on with another basket while it is not known whether this one was paid. */
  goOn() {
    if (!this.finalization.isUnknown) return false;
    const { uid } = this.basket;
    const next = uuid7();
    this.queue.move(uid, next);
    this.begin(next);
    this.exchange.end();
    show("sell");
    const { act } = this.finalization.leave();
    if (act) this.showParked(this.#parked + 1);
    return true;
  }

  #sayPaid(uid, { number, change, url }) {
    notify(`paid ${uid}`, {
      level: "ok",
      title: interpolate(gettext("Sale %(number)s is paid"), { number }, true),
      detail: /[1-9]/.test(change) ? interpolate(gettext("Change %(sum)s"), { sum: change }, true) : "",
      choice: { label: gettext("Print receipt"), act: () => printCounted(url) },
    });
  }

  /** Say what became of the payment of a basket that was left and still is open. */
  #sayLeft(uid, options) {
    const act = () => this.recall(uid).catch(handleError);
    notify(`paid ${uid}`, { ...options, choice: { label: gettext("Recall"), act }, stays: true });
  }

  #complete(answer, { payment: { sale: uid }, isLeft }) {
    const { complete, receipt } = answer;
    const template = document.createElement("template");
    template.innerHTML = complete;
    const { number, change } = template.content.querySelector("[data-finished]").dataset;
    const url = this.url("prints")(uid);
    if (isLeft && uid !== this.basket.uid) {
      this.#remember({ number, change, url });
      this.#sayPaid(uid, this.#last);
      return;
    }
    this.exchange.end();
    this.#remember({ number, change, url, complete, receipt });
    const scannedMeanwhile = this.queue.move(uid, answer.next.uid) + this.queue.waiting.length;
    this.begin(answer.next.uid);
    refresh();
    this.#showComplete(answer);
    announceNow(pane("complete").querySelector(".change").textContent);
    if (scannedMeanwhile) this.next();
  }

  /** Money was taken or given back: the basket holds more, or less. */
  #change(answer, { payment: { sale, act } }) {
    if (sale !== this.basket.uid) {
      const given = gettext("The part payment was given back");
      const title = act === "take" ? gettext("The part payment was taken") : given;
      this.#sayLeft(sale, { level: "ok", title });
      return;
    }
    this.basket.show(answer, this.queue.pending);
    if (view() === "payment") this.payment.change(answer.pane);
    this.takeUpIfFree();
  }

  async #refused(error, { payment = {}, isLeft }) {
    const { sale, act } = payment;
    if (error.status === 401) {
      this.signedOut();
      return;
    }
    if (error instanceof NoAnswer) {
      handleError(error);
      return;
    }
    if (isLeft && sale !== this.basket.uid) {
      if (!act) this.showParked(this.#parked + 1);
      const title = gettext("The basket before was not paid");
      this.#sayLeft(sale, { level: "danger", title, detail: error.message });
      return;
    }
    let title = gettext("Payment was not taken");
    if (this.payment.givesBack) title = gettext("The refund was not made");
    if (act === "return") title = gettext("Nothing was given back");
    notify("payment", { level: "danger", title, detail: error.message });
    // The basket is another now, or asks something first: closed_now, age_not_confirmed.
    if (act || /^(stale|closed|age)/.test(error.code)) await this.open(this.basket.uid);
    this.takeUpIfFree();
    if (view() === "payment") await this.payment.open(this.basket.uid);
  }

  /** Park the basket, and begin another; whether there is one to begin with. */
  park(isNext = true) {
    if (!this.basket.hasLines) return !refuseIfHeld(this.basket);
    this.queue.add("park");
    this.showParked(this.#parked + 1);
    this.begin(uuid7(), isNext);
    show("sell");
    notify("done", { level: "ok", title: gettext("Sale parked"), seconds: 5 });
    return true;
  }

  /** Work on a parked sale again. */
  async recall(uid) {
    // What waits is not for this one.
    if (!this.park(false)) return;
    await this.queue.drained();
    await this.open(uid);
    this.queue.add("recall");
    this.showParked(this.#parked - 1);
    show("sell");
  }

  /** Show how many sales are parked: on the rail, and in an empty basket. */
  showParked(count = this.#parked) {
    this.#parked = Math.max(count, 0);
    badge.textContent = this.#parked;
    badge.hidden = !this.#parked;
    const offer = document.querySelector("[data-parked-offer]");
    if (offer) offer.hidden = !this.#parked;
  }
}
