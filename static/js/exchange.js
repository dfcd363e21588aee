// Goods that come back beside the basket. Which they are is kept in this browser until
// the exchange is done or given up; what they come to is worked out by the server.
import { fragment } from "./http.js";
import { tell } from "./messages.js";
import { word } from "./words.js";

const NEXT = "exchange:next";
const name = (uid) => `exchange:${uid}`;

export class Exchange {
  #round = 0;

  /** ``address(uid)`` is the exchange's, by the uid of the basket. */
  constructor({ address, basket, place }) {
    Object.assign(this, { address, basket, place });
    this.payback = "";
    basket.addEventListener("changed", () => this.show());
    place.addEventListener("click", ({ target }) => {
      if (target.closest("[data-drop-exchange]")) this.end();
    });
  }

  /** What was chosen on the page of a refund comes back beside an empty basket. */
  begin({ makeRoom, attach }) {
    const chosen = sessionStorage.getItem(NEXT);
    if (chosen) {
      if (this.basket.hasLines) makeRoom();
      sessionStorage.removeItem(NEXT);
      sessionStorage.setItem(name(this.basket.uid), chosen);
      const customer = new URLSearchParams(chosen).get("customer");
      if (customer) attach(customer);
    }
    return this.show();
  }

  get isOn() {
    return Boolean(this.#chosen(this.basket.uid));
  }

  #chosen(uid) {
    const chosen = sessionStorage.getItem(name(uid));
    return chosen ? new URLSearchParams(chosen) : null;
  }

  /** For addresses of this basket; empty where nothing comes back. */
  query(uid) {
    const chosen = this.#chosen(uid);
    if (!chosen) return new URLSearchParams();
    chosen.set("payback", this.payback);
    return chosen;
  }

  /** What the request that finishes the sale says besides; nothing, for a sale. */
  content(uid) {
    const chosen = this.#chosen(uid);
    if (!chosen) return {};
    const lines = chosen.getAll("line").map((line) => ({
      line,
      quantity: chosen.get(`quantity-${line}`),
      is_restocked: chosen.get(`restocked-${line}`) === "true",
    }));
    const [original, reason, own] = ["original", "reason", "own_reason"].map((key) => chosen.get(key));
    const terms = { uid: chosen.get("refund"), original, reason, own_reason: own, kind: this.payback };
    return { exchange: { ...terms, lines } };
  }

  async show() {
    const { uid } = this.basket;
    const round = (this.#round += 1);
    if (!this.isOn) {
      this.#clear();
      return;
    }
    let parts;
    try {
      const template = document.createElement("template");
      template.innerHTML = await fragment(`${this.address(uid)}?${this.query(uid)}`);
      parts = template.content;
    } catch {
      return; // The difference is asked for again with the next change.
    }
    if (round !== this.#round) return;
    const top = parts.querySelector("[data-exchange-top]");
    if (!top) {
      this.end(uid);
      tell("refused", { level: "danger", title: word("refused"), detail: parts.textContent.trim() });
      return;
    }
    this.#clear();
    this.basket.root.before(top);
    this.place.append(parts.querySelector("[data-exchange-foot]"));
  }

  #clear() {
    for (const part of this.place.querySelectorAll("[data-exchange-top], [data-exchange-foot]")) {
      part.remove();
    }
  }

  /** Done, or given up. */
  end(uid = this.basket.uid) {
    sessionStorage.removeItem(name(uid));
    this.payback = "";
    return this.show();
  }
}
