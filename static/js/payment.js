// The payment pane: means of payment, what is typed, and what the button will do.
// What is left to pay, in all and in cash, is worked out by the server.
import { fragment } from "./http.js";
import { tell } from "./messages.js";
import { money, toMinor, toPlain, typed } from "./money.js";
import { pane, show, view } from "./panes.js";
import { word } from "./words.js";

const WAYS = ["cash", "card", "paynow"];

export class Payment {
  /** ``pay(tenders)`` finishes the sale; ``address`` is the pane's, by the sale's uid. */
  constructor({ address, exchange, pay }) {
    this.address = address;
    this.exchange = exchange;
    this.pay = pay;
    this.place = pane("payment");
    this.uid = null;
    this.taken = [];
    this.place.addEventListener("click", (event) => this.#click(event));
  }

  /** Show the pane for a sale; money taken before a reload is remembered. */
  async open(uid) {
    if (uid !== this.uid) this.taken = recall(uid);
    this.uid = uid;
    const query = new URLSearchParams(
      this.taken.flatMap((tender) => Object.entries(tender)),
    );
    this.place.innerHTML = await fragment(`${this.address(uid)}?${query}&${this.exchange.query(uid)}`);
    if (this.#isGivingBack) {
      show("payment");
      return;
    }
    const { left, leftCash } = this.place.querySelector("[data-paying]").dataset;
    this.left = { cash: toMinor(leftCash), card: toMinor(left), paynow: toMinor(left) };
    show("payment");
    this.choose("cash");
  }

  /** The goods that come back are worth more than those that go out. */
  get #isGivingBack() {
    return Boolean(this.place.querySelector("[data-giving-back]"));
  }

  get hasTaken() {
    return this.taken.length > 0;
  }

  choose(way) {
    if (this.#isGivingBack) return;
    this.way = way;
    this.amount = null;
    for (const button of this.place.querySelectorAll("[data-tender]")) {
      button.setAttribute("aria-pressed", String(button.dataset.tender === way));
    }
    for (const section of this.place.querySelectorAll("[data-for]")) {
      section.hidden = section.dataset.for !== way;
    }
    this.#refresh();
  }

  /** A key of the pad or the keyboard; amounts are typed cents first. */
  press(key) {
    if (this.#isGivingBack) return;
    this.#put(key === "clear" ? null : typed(this.amount ?? 0, key));
  }

  #put(amount) {
    this.amount = amount;
    this.#refresh();
  }

  /** What typing did can be undone, where it turns out to be a scan. */
  remember() {
    const { way, amount } = this;
    return () => {
      if (view() !== "payment" || this.#isGivingBack) return;
      if (way !== this.way) this.choose(way);
      this.#put(amount);
    };
  }

  get #given() {
    return this.amount ?? this.left[this.way];
  }

  #refresh() {
    const left = this.left[this.way];
    const change = this.#given - left;
    const isShort = change < 0;
    const isTooMuch = change > 0 && this.way !== "cash";
    const put = (name, text) => {
      this.place.querySelector(`[data-${name}]`).textContent = text;
    };
    put("due-amount", money(left));
    put("change-label", isShort ? word("left_after") : word("change"));
    put("change", money(Math.abs(change)));
    put("typed-label", this.way === "cash" ? word("received") : word("amount"));
    put("typed", money(this.#given));
    put("change-hint", isTooMuch ? word("too_much") : "\u00a0");
    put("take", left ? word(`take_${this.way}`, { sum: money(this.#given) }) : word("take_nothing"));
    put("then", this.#consequence(change));
    this.place.querySelector("[data-act=take]").disabled =
      isTooMuch || (this.#given === 0 && left > 0);
    for (const button of this.place.querySelectorAll("[data-sum]")) {
      const isChosen = this.way === "cash" && toMinor(button.dataset.sum) === this.#given;
      button.setAttribute("aria-pressed", String(isChosen));
    }
  }

  #consequence(change) {
    if (change < 0) return word("left", { sum: money(-change) });
    if (this.way !== "cash" || !this.left.cash) return "";
    return change ? word("change_sum", { sum: money(change) }) : word("no_change");
  }

  /** Take what is typed: part of the payment, or all that is left of it. */
  async take() {
    const button = this.place.querySelector("[data-act=take]");
    if (button.disabled) return;
    if (this.#isGivingBack) {
      await this.pay([], button);
      return;
    }
    const reference = this.place.querySelector(`[data-reference-for=${this.way}]`)?.value ?? "";
    const tender = { kind: this.way, tendered: toPlain(this.#given), reference: reference.trim() };
    const isNothing = this.left[this.way] === 0 && this.way !== "cash";
    const tenders = isNothing ? this.taken : [...this.taken, tender];
    if (this.#given >= this.left[this.way]) {
      await this.pay(tenders, button);
      return;
    }
    await this.#keep(tenders);
  }

  async #keep(tenders) {
    this.taken = tenders;
    keep(this.uid, tenders);
    await this.open(this.uid);
  }

  /** The sale is finished: nothing more is remembered of it. */
  forget(uid) {
    keep(uid, []);
    this.uid = null;
    this.taken = [];
  }

  #click(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const { tender, sum, key, act, payback } = button.dataset;
    if (payback !== undefined) {
      this.exchange.payback = payback;
      this.open(this.uid);
    }
    if (WAYS.includes(tender)) this.choose(tender);
    if (sum) this.#put(toMinor(sum));
    if (key) this.press(key);
    // What was chosen is taken by Enter, without looking for the button.
    if (tender || sum || key) this.place.querySelector("[data-act=take]").focus();
    if (act === "take") this.take();
    if (act === "untake") {
      const at = [...this.place.querySelectorAll("[data-taken]")].indexOf(button.closest("li"));
      this.#keep(this.taken.toSpliced(at, 1));
    }
    if (act === "declined") {
      tell("payment", {
        level: "warn",
        title: word("declined"),
        detail: word("declined_hint"),
        seconds: 8,
      });
      this.choose("cash");
    }
  }
}

// Money that was taken outlives a reload, though nothing is recorded yet.
function keep(uid, tenders) {
  if (tenders.length) sessionStorage.setItem(`taken:${uid}`, JSON.stringify(tenders));
  else sessionStorage.removeItem(`taken:${uid}`);
}

function recall(uid) {
  return JSON.parse(sessionStorage.getItem(`taken:${uid}`) ?? "[]");
}
