// One request finishes the sale. Until it is answered it is repeated as it is, which
// pays nothing twice; it outlives a reload.
import { NoAnswer, Refused, ask } from "../core/http.js";
import { dismiss, tell } from "../core/screen.js";
import { exchange } from "../core/seldom.js";
import { word } from "../core/words.js";

const PAUSES = [300, 600, 1000, 2000, 4000];
const STILL_WORKING = 3000;

export class Finish {
  #isRunning = false;

  /** ``finished(answer, uid)`` and ``refused(error)`` get the outcome. */
  constructor({ queue, store, basket, address, finished, refused }) {
    Object.assign(this, { queue, store, basket, address, finished, refused });
  }

  get isRunning() {
    return this.#isRunning;
  }

  /** Take these tenders for the basket as the cashier sees it. */
  async take(tenders, button) {
    if (this.#isRunning) return;
    this.#isRunning = true;
    button.classList.add("busy");
    try {
      const { uid, revision } = this.basket;
      const isSettled = !this.queue.pending.length;
      await this.queue.drained();
      if (!isSettled && revision !== this.basket.revision) {
        tell("payment", { level: "warn", title: word("basket_changed"), seconds: 8 });
        return;
      }
      const body = { revision: this.basket.revision, tenders, ...exchange.content(uid) };
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
      tell("working", { level: "info", title: word("paying"), detail: word("still_working"), stays: true });
    }, STILL_WORKING);
    try {
      for (let attempt = 0; ; attempt += 1) {
        try {
          // Who approves is sent, and kept nowhere: a reload knows no password.
          const sent = { ...body, ...exchange.approval() };
          return await ask(this.address(sale, body), { body: sent, timeout: 8000 });
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
