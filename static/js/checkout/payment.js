// Payment: its pane, with the means of payment, what is typed, and what the button will
// do. What is left to pay, in all and in cash, what the basket holds of part payments,
// and how many points can be used, is worked out by the server.
import { openDialog } from "../core/dialog.js";
import { requestFragment } from "../core/http.js";
import { appendKey, markLength, toMinor, toPlain } from "../core/money.js";
import { notify, pane, setPressed, show, startNavigation, view } from "../core/screen.js";
import { describeTyped } from "./typed.js";

// What is typed, for the time of a lock; no reference, which is a card's or as good as money.
const TYPED = "typed-payment";
// A key or tap that comes sooner was meant for what was there before.
const READY_AFTER = 400;

/** Whether money was taken for the basket, and neither given back nor used. */
export function holdsMoney(basket) {
  return "held" in basket.root.dataset;
}

/** Whether money held forbids what was asked for; if so, say it. */
export function refuseIfHeld(basket) {
  if (!holdsMoney(basket)) return false;
  const title = gettext("Money was taken already");
  const detail = gettext("Give it back first: take it off on the payment screen.");
  notify("payment", { level: "warn", title, detail, seconds: 8 });
  return true;
}

/** The number of a voucher as it is compared: spaces and capitals make no other. */
function foldNumber(number) {
  return number.replace(/\s+/g, "").toUpperCase();
}

/** Say that the basket is not the one whose total is shown. */
export function sayChanged() {
  const title = gettext("The basket has changed. Look at the total, then pay again.");
  notify("payment", { level: "warn", title, seconds: 8 });
}

// --- the pane ----------------------------------------------------------------

export class Payment {
  /**
   * ``pay(tenders)`` finalizes the sale, ``takePart(tender)`` takes part of what is left
   * and ``giveBack(uid)`` gives that back; ``redeem(points)`` uses points on the sale,
   * none with 0; ``url`` is the pane's, by the sale's uid; ``exchange`` adds to it;
   * ``isCurrent(revision)`` says whether the basket is not newer than the pane.
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.place = pane("payment");
    this.place.addEventListener("click", (event) => this.#click(event));
    this.place.addEventListener("input", ({ target }) => {
      // The number says whether it is the voucher that goes back.
      if (this.#voucher && target.dataset.referenceFor === this.way) this.#refresh();
    });
  }

  /**
   * Show the pane for a sale, unless the cashier goes elsewhere before the answer is
   * there. Shown already, it keeps the way to pay and the references.
   */
  async open(uid) {
    const isLatest = startNavigation();
    const html = await requestFragment(`${this.url(uid)}?${this.exchange.query(uid)}`);
    if (!isLatest()) return;
    const kept = view() === "payment" && this.sale === uid ? this.#chosen() : null;
    this.sale = uid;
    this.change(html);
    if (kept) this.#keep(kept);
  }

  /** Show the pane as it is; nothing is chosen or typed any more. */
  change(html) {
    this.place.innerHTML = html;
    const { dataset } = this.place.querySelector("[data-paying]");
    this.revision = Number(dataset.revision);
    const { left, leftCash, changeLimit, usable = 0, least = 0 } = dataset;
    this.left = { exact: toMinor(left), cash: toMinor(leftCash) };
    this.held = { change: toMinor(dataset.change), excess: toMinor(dataset.excess) };
    this.limit = toMinor(changeLimit);
    this.points = { usable: Number(usable), least: Number(least) };
    // In an exchange a voucher that goes back pays first.
    const buttons = this.#buttons();
    const first = buttons.find(({ dataset }) => dataset.back) ?? buttons[0];
    this.choose(first?.dataset.tender ?? "none");
    this.#waitUntilReady();
    // Last, since it has the page laid out.
    show("payment");
  }

  /** Show what is likely due while the server does not answer; nothing is paid on it. */
  estimate(sum) {
    this.left = { exact: sum, cash: sum };
    this.#put(null);
  }

  /** Take nothing until what is shown has been seen. */
  #waitUntilReady() {
    const button = this.#button;
    button.setAttribute("aria-disabled", "true");
    setTimeout(() => button.removeAttribute("aria-disabled"), READY_AFTER);
  }

  /** What the cashier has chosen and typed, and what was due then. */
  #chosen() {
    const { way, amount, isPending, isUsed, left } = this;
    const typingIn = document.activeElement?.dataset?.referenceFor;
    return { way, amount, isPending, isUsed, left, typingIn, references: this.#references() };
  }

  /** Put it into the pane as it is now; an amount only where the same is due. */
  #keep({ way, amount, isPending, isUsed, left, typingIn, references }) {
    this.#refer(references);
    // Points just used are not to be used twice: what is left is paid in another way.
    if (isUsed || !this.#buttons().some((button) => button.dataset.tender === way)) return;
    this.choose(way);
    this.isPending = isPending;
    const isSame = left.exact === this.left.exact && left.cash === this.left.cash;
    if (!isSame && amount !== null) {
      const title = gettext("The sum to pay has changed. Type the amount again.");
      notify("payment", { level: "warn", title, seconds: 8 });
    }
    this.#put(isSame ? amount : null);
    if (typingIn === way) this.#referenceField(way)?.focus();
  }

  /** Keep in this tab what is typed, until the page after a lock asks for it. */
  keepTyped() {
    const { sale, revision } = this;
    try {
      sessionStorage.removeItem(TYPED);
      if (view() !== "payment") return;
      const typed = { sale, revision, ...this.#chosen(), references: [] };
      sessionStorage.setItem(TYPED, JSON.stringify(typed));
    } catch {
      // The storage is full or refused: it is typed again.
    }
  }

  /** Open the pane as it was when the till was locked, if the basket is the same. */
  async openTyped({ uid, revision }) {
    let typed;
    try {
      typed = JSON.parse(sessionStorage.getItem(TYPED));
      sessionStorage.removeItem(TYPED);
    } catch {
      // Nothing was kept.
    }
    if (typed?.sale !== uid || typed.revision !== revision) return;
    await this.open(uid);
    if (view() === "payment" && this.revision === revision) this.#keep(typed);
  }

  #referenceField(way) {
    return this.place.querySelector(`[data-reference-for="${way}"]`);
  }

  #references() {
    const fields = [...this.place.querySelectorAll("[data-reference-for]")];
    return fields.map((field) => [field.dataset.referenceFor, field.value]);
  }

  #refer(references) {
    for (const [way, text] of references) {
      const field = this.#referenceField(way);
      if (field) field.value = text;
    }
  }

  /** Whether the exchange gives money back. */
  get givesBack() {
    return this.place.querySelector("[data-giving-back]");
  }

  #buttons() {
    return [...this.place.querySelectorAll("[data-tender]:not(:disabled)")];
  }

  /** Choose a means of payment. */
  choose(way) {
    this.way = way;
    this.amount = null;
    this.isPending = false;
    this.isUsed = false;
    setPressed(this.place, "[data-tender]", ({ tender }) => tender === way);
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
    if (this.way !== "none") this.#put(key === "clear" ? null : appendKey(this.amount ?? 0, key));
  }

  #put(amount) {
    this.amount = amount;
    this.#refresh();
  }

  /** How to undo what typing does from now on, if it turns out to be a scan. */
  remember() {
    const { way, amount } = this;
    // By their names: the pane may be another by the time the scan ends.
    const references = this.#references();
    return () => {
      if (view() !== "payment") return;
      this.#refer(references);
      if (way !== this.way) this.choose(way);
      this.#put(amount);
    };
  }

  get #left() {
    return this.way === "cash" ? this.left.cash : this.left.exact;
  }

  /** Whether what the basket holds is enough. */
  get #isSettled() {
    return !this.left.exact && !this.left.cash;
  }

  get #given() {
    if (this.amount !== null) return this.amount;
    if (this.way === "points") return this.points.usable;
    return Math.min(this.#most, this.#back || this.#most);
  }

  /** The button of a kind of voucher, if one is chosen. */
  get #voucher() {
    return this.place.querySelector(`[data-most][data-tender="${this.way}"]`);
  }

  /** What can be paid at most in this way: of a voucher, what the goods allow. */
  get #most() {
    const voucher = this.#voucher;
    return voucher ? Math.min(toMinor(voucher.dataset.most), this.#left) : this.#left;
  }

  /** What goes back in this way, and may pay for the new goods of an exchange. */
  get #back() {
    const back = this.#voucher?.dataset.back;
    return back ? toMinor(back) : 0;
  }

  /** The number of the voucher, as it is compared. */
  get #numberTyped() {
    return foldNumber(this.#referenceField(this.way)?.value ?? "");
  }

  /** What goes back in this way, if what is typed is that voucher, and no other one. */
  get #returned() {
    const number = this.#numberTyped;
    const { backNumber = "" } = this.#referenceField(this.way)?.dataset ?? {};
    const isSame = number === foldNumber(backNumber);
    return isSame && (number || this.#given <= this.#back) ? this.#back : 0;
  }

  #refresh() {
    const { isValid, ...texts } = describeTyped({
      way: this.way,
      given: this.#given,
      left: this.#left,
      most: this.#most,
      returned: this.#returned,
      isNumbered: Boolean(this.#numberTyped),
      name: this.#voucher?.dataset.name,
      held: this.held,
      isSettled: this.#isSettled,
      limit: this.limit,
      points: this.points,
      isPending: this.isPending,
    });
    for (const [name, text] of Object.entries(texts)) {
      const spot = this.place.querySelector(`[data-text=${name}]`);
      if (spot) spot.textContent = text;
    }
    this.#markLengths(texts);
    this.#button.disabled = !isValid;
    const { place } = this;
    setPressed(place, "[data-pending]", ({ pending }) => this.isPending === (pending === "true"));
    setPressed(place, "[data-sum]", ({ sum }) => this.way === "cash" && toMinor(sum) === this.#given);
  }

  /** Both amounts of the head have one size; where money is given back, the server's. */
  #markLengths({ due, change, typed }) {
    const head = this.place.querySelector(".amount-due:has([data-text=due])");
    const longest = String(change).length > due.length ? String(change) : due;
    if (head) markLength(head, longest);
    markLength(this.place.querySelector("[data-text=typed]"), String(typed));
  }

  get #button() {
    return this.place.querySelector("[data-act=take]");
  }

  /** Take what is typed: part of the payment, or all that is left of it. */
  async take() {
    if (this.#button.disabled || this.#button.ariaDisabled === "true") return;
    if (!this.isCurrent(this.revision)) {
      sayChanged();
      return;
    }
    if (this.way === "points") {
      this.#button.disabled = true;
      this.isUsed = true;
      this.redeem(this.#given);
      return;
    }
    const reference = this.#referenceField(this.way)?.value ?? "";
    // Of a voucher that goes back nothing is lost: what it does not pay is given back.
    const isMore = this.#voucher && !this.#isSettled && this.#given > this.#most;
    const isCut = isMore && this.#returned <= this.#most;
    const sum = isMore ? this.#most : this.#given;
    const tender = {
      kind: this.way,
      tendered: toPlain(sum),
      reference: reference.trim(),
      is_pending: this.isPending,
    };
    if (isCut) {
      const dialog = this.place.querySelector("[data-ask-cut]");
      if (dialog.open || !(await openDialog(dialog, dialog.querySelector("h2")))) return;
      tender.face_value = toPlain(this.#given);
    }
    if (sum < this.#left) await this.takePart(tender, this.#button);
    else await this.pay(this.#isSettled ? [] : [tender], this.#button);
  }

  #click(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const { tender, sum, key, pending, act } = button.dataset;
    if (tender) this.choose(tender);
    if (pending) this.isPending = pending === "true";
    if (pending) this.#refresh();
    if (sum) this.#put(toMinor(sum));
    if (key) this.press(key);
    // Enter takes what was chosen, wherever the focus was.
    if (tender || sum || key || pending) this.#button.focus();
    if (act === "take") this.take();
    if (act === "unredeem") this.redeem(0);
    if (act === "remove-tender") {
      this.giveBack(button.closest("[data-part-tender]").dataset.partTender, button);
    }
    if (act === "declined") this.#declined();
  }

  #declined() {
    const title = gettext("Not paid, nothing was taken");
    const detail = gettext("Try again, or choose another means of payment.");
    notify("payment", { level: "warn", title, detail, seconds: 8 });
    this.choose(this.#buttons()[0].dataset.tender);
  }
}
