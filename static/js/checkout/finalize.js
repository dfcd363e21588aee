// Finalization: the requests that take money, give it back and make the sale permanent;
// and the way from one sale to the next: the finished sale, parking and recalling.
import { refresh } from "../catalogue/products.js";
import { NoAnswer, Refused, requestJson, uuid7 } from "../core/http.js";
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
import { askApproval, mayBeApproved } from "./approval.js";
import { Payment, refuseIfHeld, sayChanged } from "./payment.js";

const PAUSES = [300, 600, 1000, 2000, 4000];
const STILL_WORKING = 3000;

/**
 * Finalizes the sale, or takes or gives back part of its payment. Until such a request is
 * answered it is repeated as it is, which pays nothing twice; it outlives a reload.
 */
class Finalization {
  #isRunning = false;
  #isEnding = false;

  /**
   * ``finished(answer, uid)``, ``changed(answer, uid)`` after part of a payment, and
   * ``refused(error, request)`` get the outcome; ``url(request)`` is where it goes.
   */
  constructor({ queue, store, basket, url, exchange, finished, changed, refused }) {
    Object.assign(this, { queue, store, basket, url, exchange, finished, changed, refused });
  }

  get isRunning() {
    return this.#isRunning;
  }

  /** Whether the sale may be finished already: what is scanned is for the next one. */
  get isEnding() {
    return this.#isEnding;
  }

  /** Say how many scans wait until this sale is finished. */
  showWaiting() {
    const n = this.queue.pending.filter((operation) => operation.type === "add").length;
    const text = ngettext(
      "%(n)s item waits for the next sale",
      "%(n)s items wait for the next sale",
      n,
    );
    notify("next", { level: "info", title: interpolate(text, { n }, true), stays: true });
  }

  /** Finalize the basket as the cashier sees it, paid with these tenders. */
  finalize(tenders, button) {
    return this.#run(button, async () => {
      const { uid, revision } = this.basket;
      const isSettled = !this.queue.pending.length;
      await this.queue.drained();
      if (!isSettled && revision !== this.basket.revision) {
        sayChanged();
        return null;
      }
      const body = { revision: this.basket.revision, tenders, ...this.exchange.content(uid) };
      return { sale: uid, body };
    });
  }

  /** Take part of what is left to pay. */
  takePart(tender, button) {
    return this.#run(button, async () => {
      await this.queue.drained();
      return { sale: this.basket.uid, act: "take", body: { uid: uuid7(), ...tender } };
    });
  }

  /** Give a part payment back. */
  giveBack(part, button) {
    return this.#run(button, async () => {
      await this.queue.drained();
      return { sale: this.basket.uid, act: "return", part, body: { uid: uuid7() } };
    });
  }

  /** Go on with a payment whose answer was lost with the page. */
  resume() {
    return this.#run(null, () => this.store.payment());
  }

  async #run(button, prepare) {
    if (this.#isRunning) return;
    this.#isRunning = true;
    button?.classList.add("busy");
    let payment = null;
    try {
      payment = await prepare();
      if (payment) await this.#send(payment, button !== null);
    } catch (error) {
      this.refused(error, payment ?? {});
    } finally {
      this.#isRunning = false;
      button?.classList.remove("busy");
    }
  }

  async #send(payment, mayAsk) {
    // What is scanned meanwhile waits: it is for the next sale.
    this.queue.pause();
    this.#isEnding = !payment.act;
    try {
      await this.store.putPayment(payment);
      const answer = await this.#sendApproved(payment, mayAsk);
      await this.store.clearPayment();
      if (payment.act) this.changed(answer, payment.sale);
      else this.finished(answer, payment.sale);
    } catch (error) {
      if (error instanceof Refused && error.status !== 401) await this.store.clearPayment();
      throw error;
    } finally {
      this.#isEnding = false;
      dismiss("working");
      dismiss("next");
      this.queue.resume();
    }
  }

  /** Send it, again with who approves where more cash goes out than the drawer holds. */
  async #sendApproved(payment, mayAsk) {
    for (let approval = {}; ; ) {
      try {
        return await this.#repeat(payment, approval);
      } catch (error) {
        const asksItself = !payment.act && this.exchange.asksWhoApproves;
        if (!mayAsk || asksItself || !mayBeApproved(error)) throw error;
        approval = await askApproval(error);
        if (!approval) throw error;
      }
    }
  }

  async #repeat(payment, asked) {
    const notice = setTimeout(() => {
      const title = gettext("Taking payment");
      const detail = gettext("Still working. It is safe to wait: nothing is paid twice.");
      notify("working", { level: "info", title, detail, stays: true });
    }, STILL_WORKING);
    try {
      for (let attempt = 0; ; attempt += 1) {
        try {
          // Who approves is sent, and kept nowhere: a reload knows no password.
          const approval = payment.act ? {} : this.exchange.approval();
          const body = { ...payment.body, ...approval, ...asked };
          return await requestJson(this.url(payment), { body, timeout: 8000 });
        } catch (error) {
          if (!(error instanceof NoAnswer)) throw error;
          const pause = PAUSES[Math.min(attempt, PAUSES.length - 1)];
          await new Promise((resolve) => {
            setTimeout(resolve, Math.max(pause, error.retryAfter * 1000));
          });
        }
      }
    } finally {
      clearTimeout(notice);
    }
  }
}

const badge = document.querySelector("[data-parked-count]");
const paper = document.querySelector("[data-paper]");

/** Goes from one sale to the next. */
export class SaleFlow {
  #last = null;
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
      redeem: (points) => queue.add("redeem_points", { points }),
    });
    this.finalization = new Finalization({
      queue,
      store,
      basket,
      url: (request) => this.#urlOf(request),
      exchange,
      finished: (answer, uid) => this.#complete(answer, uid),
      changed: (answer, uid) => this.#change(answer, uid),
      refused: (error, request) => this.#refused(error, request),
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

  /** Work on a sale that the server does not know yet. */
  begin(uid) {
    this.queue.setSale(uid, 1);
    this.basket.showEmpty(uid, this.queue.pending);
  }

  /** Leave the finished sale; its change stays in sight for a while. */
  next() {
    pane("complete").replaceChildren();
    if (this.#last) showLastChange(this.#last.number, this.#last.change);
    this.#last = null;
    show("sell");
  }

  #complete(answer, uid) {
    this.exchange.end();
    pane("complete").innerHTML = answer.complete;
    paper.innerHTML = answer.receipt;
    const { number, change } = pane("complete").querySelector("[data-finished]").dataset;
    this.#last = { number, change };
    const scannedMeanwhile = this.queue.move(uid, answer.next.uid);
    this.begin(answer.next.uid);
    refresh();
    announceNow(pane("complete").querySelector(".change").textContent);
    show("complete");
    if (scannedMeanwhile) this.next();
  }

  /** Money was taken or given back: the basket holds more, or less. */
  #change(answer, uid) {
    if (uid !== this.basket.uid) return;
    this.basket.show(answer, this.queue.pending);
    if (view() === "payment") this.payment.change(answer.pane);
  }

  async #refused(error, { act }) {
    if (error.status === 401) {
      this.signedOut();
      return;
    }
    if (error instanceof NoAnswer) {
      handleError(error);
      return;
    }
    let title = gettext("Payment was not taken");
    if (this.payment.givesBack) title = gettext("The refund was not made");
    if (act === "return") title = gettext("Nothing was given back");
    notify("payment", { level: "danger", title, detail: error.message });
    if (act || error.code === "stale") await this.open(this.basket.uid);
    if (view() === "payment") await this.payment.open(this.basket.uid);
  }

  /** Park the basket, and begin another; whether there is one to begin with. */
  park() {
    if (!this.basket.hasLines) return !refuseIfHeld(this.basket);
    this.queue.add("park");
    this.showParked(this.#parked + 1);
    this.begin(uuid7());
    show("sell");
    notify("done", { level: "ok", title: gettext("Sale parked"), seconds: 5 });
    return true;
  }

  /** Work on a parked sale again. */
  async recall(uid) {
    if (!this.park()) return;
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
    sessionStorage.setItem("parked", this.#parked);
    const offer = document.querySelector("[data-parked-offer]");
    if (offer) offer.hidden = !this.#parked;
  }
}
