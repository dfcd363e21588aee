// The payment pane: means of payment, what is typed, and what the button will do.
// What is left to pay, in all and in cash, and how many points can be used, is worked
// out by the server.
import { fragment } from "../core/http.js";
import { tell } from "../core/screen.js";
import { toMinor, toPlain, typed } from "../core/money.js";
import { pane, show, view } from "../core/panes.js";
import { telling } from "./payment_texts.js";
import { exchange } from "../core/seldom.js";
import { keep, recall } from "./taken.js";
import { word } from "../core/words.js";

export class Payment {
  /**
   * ``pay(tenders)`` finishes the sale; ``redeem(points)`` takes points off it, none
   * with 0; ``address`` is the pane's, by the sale's uid.
   */
  constructor({ address, pay, redeem }) {
    Object.assign(this, { address, pay, redeem });
    this.place = pane("payment");
    this.uid = null;
    this.taken = [];
    this.place.addEventListener("click", (event) => this.#click(event));
  }

  /** Show the pane for a sale; money taken before a reload is remembered. */
  async open(uid) {
    this.uid = uid;
    this.taken = recall(uid);
    this.place.innerHTML = await this.#page(uid);
    const { left, leftCash, changeLimit, usable = 0, least = 0 } = this.place.querySelector("[data-paying]").dataset;
    this.left = { exact: toMinor(left), cash: toMinor(leftCash) };
    this.limit = toMinor(changeLimit);
    this.points = { usable: Number(usable), least: Number(least) };
    show("payment");
    this.choose(this.#buttons()[0]?.dataset.tender ?? "none");
  }

  #page(uid) {
    const query = new URLSearchParams(recall(uid).flatMap((tender) => Object.entries(tender)));
    return fragment(`${this.address(uid)}?${query}${exchange.query(uid)}`);
  }

  /** What is left to pay for a basket of which a part was taken. */
  async leftOf(uid) {
    const template = document.createElement("template");
    template.innerHTML = await this.#page(uid);
    return toMinor(template.content.querySelector("[data-paying]").dataset.left);
  }

  get givesBack() {
    return this.place.querySelector("[data-giving-back]");
  }

  #buttons() {
    return [...this.place.querySelectorAll("[data-tender]:not(:disabled)")];
  }

  choose(way) {
    this.way = way;
    this.amount = null;
    this.isAwaited = false;
    this.#press("[data-tender]", ({ tender }) => tender === way);
    for (const section of this.place.querySelectorAll("[data-for]")) {
      section.hidden = !section.dataset.for.split(" ").includes(way);
    }
    this.#refresh();
  }

  /** A letter of the keyboard; the same one again goes on to the next with it. */
  pick(letter) {
    const ways = this.#buttons()
      .filter((button) => button.dataset.letter === letter)
      .map((button) => button.dataset.tender);
    if (ways.length) this.choose(ways[(ways.indexOf(this.way) + 1) % ways.length]);
  }

  /** A key of the pad or the keyboard; amounts are typed cents first. */
  press(key) {
    if (this.way !== "none") this.#put(key === "clear" ? null : typed(this.amount ?? 0, key));
  }

  #put(amount) {
    this.amount = amount;
    this.#refresh();
  }

  /** What typing did can be undone, where it turns out to be a scan. */
  remember() {
    const { way, amount } = this;
    return () => {
      if (view() !== "payment") return;
      if (way !== this.way) this.choose(way);
      this.#put(amount);
    };
  }

  get #left() {
    return this.way === "cash" ? this.left.cash : this.left.exact;
  }

  get #given() {
    return this.amount ?? (this.way === "points" ? this.points.usable : this.#left);
  }

  #refresh() {
    const { isGood, ...texts } = telling({
      way: this.way,
      given: this.#given,
      left: this.#left,
      limit: this.limit,
      points: this.points,
      isAwaited: this.isAwaited,
    });
    for (const [name, text] of Object.entries(texts)) {
      this.place.querySelector(`[data-text=${name}]`).textContent = text;
    }
    this.#button.disabled = !isGood;
    this.#press("[data-awaited]", ({ awaited }) => this.isAwaited === (awaited === "true"));
    this.#press("[data-sum]", ({ sum }) => this.way === "cash" && toMinor(sum) === this.#given);
  }

  #press(selector, isChosen) {
    for (const button of this.place.querySelectorAll(selector)) {
      button.setAttribute("aria-pressed", String(isChosen(button.dataset)));
    }
  }

  get #button() {
    return this.place.querySelector("[data-act=take]");
  }

  /** Take what is typed: part of the payment, or all that is left of it. */
  async take() {
    if (this.#button.disabled) return;
    if (this.way === "points") {
      this.#button.disabled = true;
      this.redeem(this.#given);
      return;
    }
    const reference = this.place.querySelector(`[data-reference-for=${this.way}]`)?.value ?? "";
    const tender = {
      kind: this.way,
      tendered: toPlain(this.#given),
      reference: reference.trim(),
      is_pending: this.isAwaited,
    };
    const tenders = this.left.exact ? [...this.taken, tender] : this.taken;
    if (this.#given >= this.#left) await this.pay(tenders, this.#button);
    else await this.#keep(tenders);
  }

  async #keep(tenders) {
    keep(this.uid, tenders);
    await this.open(this.uid);
  }

  #click(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const { tender, sum, key, awaited, act } = button.dataset;
    if (tender) this.choose(tender);
    if (awaited) this.isAwaited = awaited === "true";
    if (awaited) this.#refresh();
    if (sum) this.#put(toMinor(sum));
    if (key) this.press(key);
    // What was chosen is taken by Enter, without looking for the button.
    if (tender || sum || key || awaited) this.#button.focus();
    if (act === "take") this.take();
    if (act === "unredeem") this.redeem(0);
    if (act === "untake") {
      const at = [...this.place.querySelectorAll("[data-taken]")].indexOf(button.closest("li"));
      this.#keep(this.taken.toSpliced(at, 1));
    }
    if (act === "declined") this.#declined();
  }

  #declined() {
    const [title, detail] = [word("declined"), word("declined_hint")];
    tell("payment", { level: "warn", title, detail, seconds: 8 });
    this.choose(this.#buttons()[0].dataset.tender);
  }
}
