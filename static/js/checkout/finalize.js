// Finalization: the one request that makes the sale permanent; and the way from one sale
// to the next: the finished sale, parking and recalling.
import { refresh } from "../catalogue/products.js";
import { NoAnswer, Refused, requestJson, uuid7 } from "../core/http.js";
import {
  announceNow,
  dismiss,
  dismissAll,
  handleError,
  notify,
  pane,
  show,
  showLastChange,
  view,
} from "../core/screen.js";
import { Payment, refuseIfPartPaid, savePartPayment } from "./payment.js";

const PAUSES = [300, 600, 1000, 2000, 4000];
const STILL_WORKING = 3000;

/**
 * Finalizes the sale. Until its request is answered it is repeated as it is, which pays
 * nothing twice; it outlives a reload.
 */
class Finalization {
  #isRunning = false;

  /** ``finished(answer, uid)`` and ``refused(error)`` get the outcome. */
  constructor({ queue, store, basket, url, exchange, finished, refused }) {
    Object.assign(this, { queue, store, basket, url, exchange, finished, refused });
  }

  get isRunning() {
    return this.#isRunning;
  }

  /** Finalize the basket as the cashier sees it, paid with these tenders. */
  async finalize(tenders, button) {
    if (this.#isRunning) return;
    this.#isRunning = true;
    button.classList.add("busy");
    try {
      const { uid, revision } = this.basket;
      const isSettled = !this.queue.pending.length;
      await this.queue.drained();
      if (!isSettled && revision !== this.basket.revision) {
        const title = gettext("The basket has changed. Look at the total, then pay again.");
        notify("payment", { level: "warn", title, seconds: 8 });
        return;
      }
      const body = { revision: this.basket.revision, tenders, ...this.exchange.content(uid) };
      await this.#send({ sale: uid, body });
    } catch (error) {
      this.refused(error);
    } finally {
      this.#isRunning = false;
      button.classList.remove("busy");
    }
  }

  /** Go on with a payment whose answer was lost with the page. */
  async resume() {
    const payment = await this.store.payment();
    if (!payment) return;
    this.#isRunning = true;
    try {
      await this.#send({ sale: payment.sale, body: payment.body });
    } catch (error) {
      this.refused(error);
    } finally {
      this.#isRunning = false;
    }
  }

  async #send(payment) {
    // What is scanned meanwhile waits: it is for the next sale.
    this.queue.pause();
    try {
      await this.store.putPayment(payment);
      const answer = await this.#repeat(payment);
      await this.store.clearPayment();
      this.finished(answer, payment.sale);
    } catch (error) {
      if (error instanceof Refused && error.status !== 401) await this.store.clearPayment();
      throw error;
    } finally {
      dismiss("working");
      this.queue.resume();
    }
  }

  async #repeat({ sale, body }) {
    const notice = setTimeout(() => {
      const title = gettext("Taking payment");
      const detail = gettext("Still working. It is safe to wait: nothing is paid twice.");
      notify("working", { level: "info", title, detail, stays: true });
    }, STILL_WORKING);
    try {
      for (let attempt = 0; ; attempt += 1) {
        try {
          // Who approves is sent, and kept nowhere: a reload knows no password.
          const sent = { ...body, ...this.exchange.approval() };
          return await requestJson(this.url(sale, body), { body: sent, timeout: 8000 });
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
      pay: (tenders, button) => this.finalization.finalize(tenders, button),
      redeem: (points) => queue.add("redeem_points", { points }),
    });
    this.finalization = new Finalization({
      queue,
      store,
      basket,
      url: (uid, body) => url(body.exchange ? "exchange" : "finalization")(uid),
      exchange,
      finished: (answer, uid) => this.#complete(answer, uid),
      refused: (error) => this.#refused(error),
    });
  }

  /** Work on a sale that the server knows. */
  async open(uid) {
    const answer = await requestJson(this.url("basketUrl")(uid));
    this.queue.setSale(uid, answer.next_seq);
    this.basket.show(answer, this.queue.pending);
  }

  /** Work on a sale that the server does not know yet. */
  begin(uid) {
    dismissAll();
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
    savePartPayment(uid, []);
    this.exchange.end(uid);
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

  async #refused(error) {
    if (error.status === 401) {
      this.signedOut();
      return;
    }
    if (error instanceof NoAnswer) {
      handleError(error);
      return;
    }
    const title = this.payment.givesBack
      ? gettext("The refund was not made")
      : gettext("Payment was not taken");
    notify("payment", { level: "danger", title, detail: error.message });
    if (error.code === "stale") await this.open(this.basket.uid);
    if (view() === "payment") await this.payment.open(this.basket.uid);
  }

  /** Park the basket, and begin another; whether there is one to begin with. */
  park() {
    if (!this.basket.hasLines) return true;
    if (refuseIfPartPaid(this.basket.uid)) return false;
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
