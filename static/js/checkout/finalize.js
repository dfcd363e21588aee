// Finalization: the requests that take money, give it back and make the sale permanent.
import { heartbeat } from "../basket/connection.js";
import { NoAnswer, Refused, requestJson, uuid7 } from "../core/http.js";
import { dismiss, notify } from "../core/screen.js";
import { sendApproved } from "./approval.js";
import { sayChanged } from "./payment.js";

const PAUSES = [300, 600, 1000, 2000, 4000];
const STILL_WORKING = 3000;
const UNKNOWN_AFTER = 10_000;

/** The name of the message that says how far it is. */
const nameOf = ({ isLeft, payment }) => (isLeft ? `payment ${payment.sale}` : "working");

/**
 * Finalizes the sale, or takes or gives back part of its payment. Until such a request is
 * answered it is repeated as it is, which pays nothing twice; it outlives a reload. The
 * cashier waits for one of them, and may leave it when it takes too long: it goes on.
 */
export class Finalization {
  #run = null; // what the cashier waits for

  /**
   * ``finished(answer, run)``, ``changed(answer, run)`` after part of a payment, and
   * ``refused(error, run)`` get the outcome; ``url(request)`` is where it goes,
   * ``goOn()`` leaves what is not answered, and ``said()`` is called after it was said how
   * far it is. A run has the ``payment`` and ``isLeft``.
   */
  constructor(parts) {
    Object.assign(this, parts);
  }

  get isRunning() {
    return this.#run !== null;
  }

  /** Whether a request for this basket is not answered, which a reload and a sign-in outlive. */
  get isUnderWay() {
    const { uid } = this.basket;
    return this.store.payments().some(({ sale, isLeft }) => sale === uid && !isLeft);
  }

  /** Whether it has taken so long that the cashier may go on. */
  get isUnknown() {
    return Boolean(this.#run?.isUnknown);
  }

  /** Finalize the basket as the cashier sees it, paid with these tenders. */
  finalize(tenders, button) {
    return this.#start(button, async () => {
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
    return this.#start(button, async () => {
      await this.queue.drained();
      return { sale: this.basket.uid, act: "take", body: { uid: uuid7(), ...tender } };
    });
  }

  /** Give a part payment back. */
  giveBack(part, button) {
    return this.#start(button, async () => {
      await this.queue.drained();
      return { sale: this.basket.uid, act: "return", part, body: { uid: uuid7() } };
    });
  }

  /** Go on with payments whose answers were lost with the page. */
  resume() {
    const payments = this.store.payments();
    for (const payment of payments.filter(({ isLeft }) => isLeft)) {
      this.#send({ payment, isLeft: true });
    }
    return this.#start(null, () => payments.find(({ isLeft }) => !isLeft));
  }

  /** The cashier goes on with another basket: nobody waits for this payment any more. */
  leave() {
    const run = this.#run;
    run.isLeft = true;
    this.store.putPayment({ ...run.payment, isLeft: true });
    this.#end(run);
    this.#sayUnknown(run);
    run.left();
    return run.payment;
  }

  async #start(button, prepare) {
    if (this.#run) return;
    const run = (this.#run = { button });
    // What was removed before stays so: the sum is the one that is paid.
    dismiss("undo");
    button?.classList.add("busy");
    try {
      run.payment = await prepare();
    } catch (error) {
      this.refused(error, run);
    }
    if (run.payment) {
      this.queue.pause();
      const left = new Promise((resolve) => (run.left = resolve));
      await Promise.race([this.#send(run), left]);
    }
    this.#end(run);
  }

  #end(run) {
    if (this.#run !== run) return;
    this.#run = null;
    run.button?.classList.remove("busy");
    dismiss("working");
    this.queue.resume();
    this.said();
  }

  async #send(run) {
    const { payment } = run;
    try {
      const saved = this.store.putPayment(payment);
      this.said();
      await saved;
      const answer = await this.#sendApproved(run);
      this.store.clearPayment(payment);
      if (payment.act) this.changed(answer, run);
      else this.finished(answer, run);
    } catch (error) {
      if (error instanceof Refused && error.status !== 401) this.store.clearPayment(payment);
      this.refused(error, run);
    }
  }

  /** Send it, again with who approves where more cash goes out than the drawer holds. */
  #sendApproved(run) {
    return sendApproved(
      (approval) => this.#repeat(run, approval),
      () => run.button && !run.isLeft && (run.payment.act || !this.exchange.asksWhoApproves),
    );
  }

  #sayWorking(run) {
    if (run.isLeft || run.isUnknown) return;
    const title = gettext("Taking payment");
    const detail = gettext("Still working. It is safe to wait: nothing is paid twice.");
    notify("working", { level: "info", title, detail, stays: true });
    this.said();
    heartbeat();
  }

  #sayUnknown(run) {
    run.isUnknown = true;
    const left = gettext("It is not known yet whether the basket before was paid");
    const title = run.isLeft ? left : gettext("It is not known yet whether this was paid");
    const detail = gettext("The till goes on asking. Nothing is paid twice.");
    const choice = run.isLeft ? null : { label: gettext("Next basket"), act: this.goOn };
    notify(nameOf(run), { level: "warn", title, detail, choice, stays: true });
  }

  async #repeat(run, asked) {
    const { payment, isLeft } = run;
    const later = [
      setTimeout(() => this.#sayWorking(run), STILL_WORKING),
      setTimeout(() => this.#sayUnknown(run), isLeft ? 0 : UNKNOWN_AFTER),
    ];
    const url = this.url(payment);
    // Who approves is sent, and kept nowhere: a reload knows no password.
    const approval = payment.act || isLeft ? {} : this.exchange.approval();
    const body = { ...payment.body, ...approval, ...asked };
    try {
      for (let attempt = 0; ; attempt += 1) {
        try {
          return await requestJson(url, { body, timeout: 8000 });
        } catch (error) {
          if (!(error instanceof NoAnswer)) throw error;
          const pause = PAUSES[Math.min(attempt, PAUSES.length - 1)];
          await new Promise((resolve) => {
            setTimeout(resolve, Math.max(pause, error.retryAfter * 1000));
          });
        }
      }
    } finally {
      later.forEach(clearTimeout);
      run.isUnknown = false;
      dismiss(nameOf(run));
    }
  }
}
