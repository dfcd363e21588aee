// From one sale to the next: payment, the finished sale, parking and recalling.
import { Finish } from "./finish.js";
import { NoAnswer, ask } from "../core/http.js";
import { dismissAll, lastChange, sayNow, tell, tellTrouble } from "../core/screen.js";
import { pane, show, view } from "../core/panes.js";
import { Payment } from "./payment.js";
import * as products from "../catalogue/products.js";
import { exchange, fetchPrinting } from "../core/seldom.js";
import { isHeld, keep } from "./taken.js";
import { uuid7 } from "../core/uid.js";
import { word } from "../core/words.js";

const badge = document.querySelector("[data-parked-count]");
const paper = document.querySelector("[data-paper]");

export class Flow {
  #last = null;
  #parked = Number(badge.textContent);

  /** ``address(name)`` gives an address by the sale's uid. */
  constructor({ queue, store, basket, address, signedOut }) {
    Object.assign(this, { queue, basket, address, signedOut });
    this.payment = new Payment({
      address: address("payment"),
      pay: (tenders, button) => this.finish.take(tenders, button),
      redeem: (points) => queue.add("redeem_points", { points }),
    });
    this.finish = new Finish({
      queue,
      store,
      basket,
      address: (uid, body) => address(body.exchange ? "exchange" : "finalization")(uid),
      finished: (answer, uid) => this.#complete(answer, uid),
      refused: (error) => this.#refused(error),
    });
  }

  /** Work on a sale that the server knows. */
  async open(uid) {
    const answer = await ask(this.address("basketUrl")(uid));
    this.queue.setSale(uid, answer.next_seq);
    this.basket.show(answer, this.queue.pending);
  }

  /** Work on a sale that has not begun. */
  begin(uid) {
    dismissAll();
    this.queue.setSale(uid, 1);
    this.basket.showEmpty(uid, this.queue.pending);
  }

  /** Leave the finished sale; its change stays in sight for a while. */
  next() {
    pane("complete").replaceChildren();
    if (this.#last) lastChange(this.#last.number, this.#last.change);
    this.#last = null;
    show("sell");
  }

  #complete(answer, uid) {
    keep(uid, []);
    exchange.end(uid);
    pane("complete").innerHTML = answer.complete;
    paper.innerHTML = answer.receipt;
    const { number, change } = pane("complete").querySelector("[data-finished]").dataset;
    this.#last = { number, change };
    const scannedMeanwhile = this.queue.move(uid, answer.next.uid);
    this.begin(answer.next.uid);
    products.refresh();
    sayNow(pane("complete").querySelector(".change").textContent);
    show("complete");
    fetchPrinting();
    if (scannedMeanwhile) this.next();
  }

  async #refused(error) {
    if (error.status === 401) {
      this.signedOut();
      return;
    }
    if (error instanceof NoAnswer) {
      tellTrouble(error);
      return;
    }
    const title = word(this.payment.givesBack ? "not_given_back" : "not_paid");
    tell("payment", { level: "danger", title, detail: error.message });
    if (error.code === "stale") await this.open(this.basket.uid);
    if (view() === "payment") await this.payment.open(this.basket.uid);
  }

  /** Set the basket aside, and begin another; whether there is one to begin with. */
  park() {
    if (!this.basket.hasLines) return true;
    if (isHeld(this.basket.uid)) return false;
    this.queue.add("park");
    this.showParked(this.#parked + 1);
    this.begin(uuid7());
    show("sell");
    tell("done", { level: "ok", title: word("parked"), seconds: 5 });
    return true;
  }

  async recall(uid) {
    if (!this.park()) return;
    await this.queue.drained();
    await this.open(uid);
    this.queue.add("recall");
    this.showParked(this.#parked - 1);
    show("sell");
  }

  /** How many baskets wait: on the rail, and in an empty basket. */
  showParked(count = this.#parked) {
    this.#parked = Math.max(count, 0);
    badge.textContent = this.#parked;
    badge.hidden = !this.#parked;
    sessionStorage.setItem("parked", this.#parked);
    const offer = document.querySelector("[data-parked-offer]");
    if (offer) offer.hidden = !this.#parked;
  }
}
