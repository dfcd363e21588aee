// Goods that come back beside the basket. Which they are is kept in this browser until
// the exchange is done or given up; what they come to is worked out by the server.
import { fragment } from "../core/http.js";
import { tell } from "../core/screen.js";
import { paybackIn } from "./payback.js";
import { pane } from "../core/panes.js";
import { word } from "../core/words.js";

const NEXT = "exchange:next";
const PARTS = "[data-exchange-top], [data-exchange-foot]";
const name = (uid) => `exchange:${uid}`;

function chosen(uid) {
  const kept = sessionStorage.getItem(name(uid));
  return kept && new URLSearchParams(kept);
}

/** ``address(uid)`` is the exchange's, by the uid of the basket. */
export function exchangeAt({ address, basket, place, flow, attach }) {
  const payback = paybackIn(pane("payment"), () => flow.payment.open(basket.uid));
  let round = 0;

  /** What was chosen on the page of a refund comes back beside an empty basket. */
  function begin() {
    const next = sessionStorage.getItem(NEXT);
    if (next) {
      sessionStorage.removeItem(NEXT);
      if (!flow.park()) return show();
      sessionStorage.setItem(name(basket.uid), next);
      const customer = new URLSearchParams(next).get("customer");
      if (customer) attach(customer);
    }
    return show();
  }

  /** For addresses of this basket; empty where nothing comes back. */
  function query(uid) {
    const kept = chosen(uid);
    kept?.set("payback", payback.way(uid));
    return kept ? `&${kept}` : "";
  }

  /** What the request that finishes the sale says besides; nothing, for a sale. */
  function content(uid) {
    const kept = chosen(uid);
    if (!kept) return {};
    const lines = kept.getAll("line").map((line) => ({
      line,
      quantity: kept.get(`quantity-${line}`),
      is_restocked: kept.get(`restocked-${line}`) === "true",
    }));
    const { refund, original, reason, own_reason } = Object.fromEntries(kept);
    return { exchange: { uid: refund, original, reason, own_reason, lines, ...payback.terms() } };
  }

  async function show() {
    const { uid } = basket;
    const mine = (round += 1);
    if (!chosen(uid)) {
      clear();
      return;
    }
    const template = document.createElement("template");
    try {
      template.innerHTML = await fragment(`${address(uid)}?${query(uid).slice(1)}`);
    } catch {
      return; // The difference is asked for again with the next change.
    }
    if (mine !== round) return;
    const top = template.content.querySelector("[data-exchange-top]");
    if (!top) {
      const detail = template.content.textContent.trim();
      tell("refused", { level: "danger", title: word("refused"), detail });
      end(uid);
      return;
    }
    clear();
    // Above the messages, so that the cross does not move when one of them goes.
    place.prepend(top);
    place.append(template.content.querySelector("[data-exchange-foot]"));
  }

  function clear() {
    for (const part of place.querySelectorAll(PARTS)) part.remove();
  }

  /** Done, or given up. */
  function end(uid) {
    sessionStorage.removeItem(name(uid));
    payback.forget();
    show();
  }

  basket.addEventListener("changed", show);
  place.addEventListener("click", ({ target }) => {
    if (target.closest("[data-drop-exchange]")) end(basket.uid);
  });
  return { begin, query, content, end, approval: payback.approval };
}
