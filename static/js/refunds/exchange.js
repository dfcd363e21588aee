// Exchange: goods that come back beside the basket, and how the rest is paid back. Which
// goods they are is said by an operation on the basket, and stays with it; what they come
// to is worked out by the server.
import { requestFragment } from "../core/http.js";
import { notify, pane, view } from "../core/screen.js";

const NEXT = "exchange:next";
const PARTS = "[data-exchange-top], [data-exchange-foot]";
/** The exchange of the basket, if there is one; then the rest of it is paid back. */
export class Exchange {
  #renders = 0;

  /**
   * ``url(uid)`` is the exchange's, by the uid of the basket; ``bring(goods)`` says what
   * comes back beside it, nothing with ""; ``park()`` parks it; ``attach(uid)`` puts a
   * customer on it; ``reopen()`` shows the payment again.
   */
  constructor({ reopen, ...parts }) {
    Object.assign(this, parts);
    this.settlement = new Settlement(pane("payment"), reopen);
  }

  /** Take up what was chosen on the page of a refund, beside an empty basket. */
  begin() {
    this.basket.addEventListener("changed", () => this.#render());
    this.place.addEventListener("click", ({ target }) => {
      if (target.closest("[data-drop-exchange]")) this.#drop();
    });
    const next = sessionStorage.getItem(NEXT);
    if (next) {
      sessionStorage.removeItem(NEXT);
      if (!this.park()) return this.#render();
      this.bring(next);
      const customer = new URLSearchParams(next).get("customer");
      if (customer) this.attach(customer);
    }
    return this.#render();
  }

  /** What comes back beside this basket, or null. */
  #goods(uid) {
    const { exchange } = uid === this.basket.uid ? this.basket.root.dataset : {};
    return exchange ? new URLSearchParams(exchange) : null;
  }

  /** The part of an address that names what comes back; "" if nothing does. */
  query(uid) {
    const goods = this.#goods(uid);
    goods?.set("payback", this.settlement.chooseFor(uid));
    return goods ? `&${goods}` : "";
  }

  /** What the request that finalizes the sale says of it; nothing for a mere sale. */
  content(uid) {
    const goods = this.#goods(uid);
    if (!goods) return {};
    const lines = goods.getAll("line").map((line) => ({
      line,
      quantity: goods.get(`quantity-${line}`),
      is_restocked: goods.get(`restocked-${line}`) === "true",
    }));
    const { refund, original, reason, own_reason } = Object.fromEntries(goods);
    const terms = { ...this.settlement.terms(), ...this.#shown() };
    return { exchange: { uid: refund, original, reason, own_reason, lines, ...terms } };
  }

  /** What the cashier sees of what goes back: it is refused where that has changed. */
  #shown() {
    const seen = view() === "payment" ? pane("payment").querySelector("[data-paying]") : null;
    const { dataset = {} } = seen ?? this.place.querySelector("[data-exchange-foot]") ?? {};
    const { shownDue: shown_due, shownTax: shown_tax, shownTenders: shown_tenders } = dataset;
    return { shown_due, shown_tax, shown_tenders };
  }

  /** Whether the payment itself asks who approves. */
  get asksWhoApproves() {
    return this.settlement.asksWhoApproves;
  }

  /** Who approves, sent with the request and with each repeat of it. */
  approval() {
    return this.settlement.approval();
  }

  /** The exchange is finalized, or the basket voided: nothing of it is asked for again. */
  end() {
    this.settlement.forget();
    this.#renders += 1;
    this.#clear();
  }

  #drop() {
    this.bring("");
    this.end();
  }

  async #render() {
    const { uid } = this.basket;
    const mine = (this.#renders += 1);
    if (!this.#goods(uid)) {
      this.#clear();
      return;
    }
    const template = document.createElement("template");
    try {
      template.innerHTML = await requestFragment(`${this.url(uid)}?${this.query(uid).slice(1)}`);
    } catch {
      return; // The difference is asked for again with the next change.
    }
    if (mine !== this.#renders) return;
    const top = template.content.querySelector("[data-exchange-top]");
    if (!top) {
      const detail = template.content.textContent.trim();
      notify("refused", { level: "danger", title: gettext("Refused"), detail });
      this.#drop();
      return;
    }
    this.#clear();
    // Above the messages, so that the cross does not move when one of them goes.
    this.place.prepend(top);
    this.place.append(template.content.querySelector("[data-exchange-foot]"));
  }

  #clear() {
    for (const part of this.place.querySelectorAll(PARTS)) part.remove();
  }
}

// --- paying back the rest ----------------------------------------------------

const APPROVAL = ["approver", "approver_password"];
const byTouch = matchMedia("(pointer: coarse)");

/**
 * How the rest is paid back: the method, its reference, and who approves. A password is
 * in this page only while it can be seen, and is stored nowhere.
 */
class Settlement {
  #basket = null;
  #method = "";
  #typed = {};
  #isSent = false;

  /** ``place`` is the pane; ``reopen()`` requests it again, with the chosen method. */
  constructor(place, reopen) {
    this.place = place;
    this.reopen = reopen;
    place.addEventListener("click", (event) => this.#choose(event));
    place.addEventListener("input", (event) => this.#remember(event));
    place.addEventListener("keydown", (event) => this.#goToMissing(event));
    document.addEventListener("pane", () => {
      // The pane puts the focus on its button first.
      if (this.#isShown) queueMicrotask(() => this.#refill());
      else this.#wipe();
    });
  }

  get #isShown() {
    return view() === "payment" && this.place.querySelector("[data-giving-back]");
  }

  get #fields() {
    return [...this.place.querySelectorAll("[data-giving-back] [name]")];
  }

  get #approvalFields() {
    return this.#fields.filter(({ name }) => APPROVAL.includes(name));
  }

  get asksWhoApproves() {
    return Boolean(this.#isShown) && this.#approvalFields.length > 0;
  }

  get #missing() {
    return this.#approvalFields.find(({ value }) => !value);
  }

  /** Nothing is chosen or typed any more. */
  forget() {
    this.#method = "";
    this.#typed = {};
    this.#wipe();
  }

  #wipe() {
    delete this.#typed.approver_password;
    for (const field of this.#fields) field.value = "";
  }

  /** The method chosen for this basket; none yet for another one. */
  chooseFor(uid) {
    if (uid !== this.#basket) this.forget();
    this.#basket = uid;
    return this.#method;
  }

  /** The method and its reference, as the server reads them. */
  terms() {
    if (!this.#isShown) return { kind: "" };
    const reference = this.#fields.find(({ name }) => name === "reference")?.value ?? "";
    return { kind: this.#method, reference: reference.trim() };
  }

  /** Who approves, as typed. */
  approval() {
    this.#isSent = true;
    if (!this.#isShown) return {};
    const fields = this.#approvalFields;
    // After a refusal the next key replaces the password, however soon it comes.
    fields.at(-1)?.select();
    return Object.fromEntries(fields.map(({ name, value }) => [name, value]));
  }

  /** Requested again, the pane has what was typed into it before. */
  #refill() {
    for (const field of this.#fields) field.value = this.#typed[field.name] ?? "";
    const next = this.#missing ?? this.#approvalFields.at(-1);
    if (!next || byTouch.matches) return;
    next.focus();
    // What was refused gives way to the next key; what is being typed does not.
    if (this.#isSent) next.select?.();
  }

  #choose({ target }) {
    const button = target.closest("[data-refund-method]");
    if (!button) return;
    this.#method = button.dataset.refundMethod;
    this.reopen();
  }

  #remember({ target }) {
    if (!this.#fields.includes(target)) return;
    this.#typed[target.name] = target.value;
    this.#isSent = false;
  }

  /** Enter goes to what is still to be filled in; where nothing is, it pays back. */
  #goToMissing(event) {
    if (event.key !== "Enter" || event.isComposing || !this.#fields.includes(event.target)) return;
    const next = this.#missing;
    if (!next || next === event.target) return;
    event.preventDefault();
    event.stopPropagation();
    next.focus();
  }
}
