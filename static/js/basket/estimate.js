// Estimate: pieces and sum of a basket while the server does not answer, from the prices
// that were sent with the page. It is marked as not final, and nothing is paid on it.
import { formatMoney, markLength, parseAmount } from "../core/money.js";

/** Amount and quantity of each line, as the server has said them. */
export function readAmounts(root) {
  const lines = [...root.querySelectorAll("[data-amount]")].map(({ dataset }) => dataset);
  return new Map(
    lines.map(({ line, amount, quantity }) => [line, { amount: parseAmount(amount), quantity }]),
  );
}

/**
 * Show pieces, sum and what is due as far as they are known; ``known`` is what readAmounts
 * has read. Returns what is due.
 */
export function showEstimate(root, known) {
  let sum = parseAmount(root.dataset.total);
  for (const { amount } of known.values()) sum -= amount;
  let pieces = 0;
  let unpriced = 0;
  for (const { dataset } of root.querySelectorAll("[data-line]")) {
    const quantity = Number(dataset.quantity);
    pieces += dataset.unit === "each" ? quantity : 1;
    const before = known.get(dataset.line);
    if (before) sum += Math.round((before.amount * quantity) / Number(before.quantity));
    else if (dataset.price) sum += Math.round(parseAmount(dataset.price) * quantity);
    else unpriced += 1;
  }
  const items = ngettext("%(n)s item", "%(n)s items", pieces);
  root.querySelector("[data-items]").textContent = `\u00a0${interpolate(items, { n: pieces }, true)}`;
  const left = Math.max(sum - parseAmount(root.dataset.held), 0);
  const figures = [["[data-due]", sum], [".button-wide b", left]];
  for (const [place, amount] of figures) {
    const figure = root.querySelector(place);
    figure.textContent = formatMoney(amount);
    markLength(figure, figure.textContent);
  }
  // What else comes from the sum before is not shown.
  root.dataset.estimated = "";
  let hint = gettext("not final yet");
  if (unpriced) hint = interpolate(gettext("not final, %(n)s unpriced"), { n: unpriced }, true);
  root.querySelector(".not-final").textContent = hint;
  return left;
}
