// What the payment pane says about an amount, or a number of points, that is typed.
import { money } from "../core/money.js";
import { word } from "../core/words.js";

const NOTHING = "\u00a0";

/** The texts by the place they stand in, and whether that can be taken: ``isGood``. */
export function telling(typed) {
  return typed.way === "points" ? ofPoints(typed) : ofMoney(typed);
}

function ofMoney({ way, given, left, limit, isAwaited }) {
  const change = given - left;
  const isOnlyCash = change > 0 && way !== "cash";
  const isMistyped = way === "cash" && change >= limit;
  const hint = isMistyped ? word("too_much_change", { sum: money(limit) }) : NOTHING;
  const name = isAwaited ? "take_awaited" : `take_${way}`;
  return {
    due: money(left),
    "change-label": word(change < 0 ? "left_after" : "change"),
    change: money(Math.abs(change)),
    "change-hint": isOnlyCash ? word("too_much") : hint,
    "typed-label": word(way === "cash" ? "received" : "amount"),
    typed: money(given),
    take: left ? word(name, { sum: money(given) }) : word("take_nothing"),
    then: isMistyped ? word("type_again") : consequence(way, change, left),
    isGood: !isOnlyCash && !isMistyped && (given > 0 || left === 0),
  };
}

function consequence(way, change, left) {
  if (change < 0) return word("left", { sum: money(-change) });
  if (way !== "cash" || !left) return "";
  return change ? word("change_sum", { sum: money(change) }) : word("no_change");
}

function ofPoints({ given, left, points: { usable, least } }) {
  const isTooMany = given > usable;
  const isGood = given >= least && !isTooMany;
  const limit = word(isTooMany ? "too_many_points" : "too_few_points", {
    n: isTooMany ? usable : least,
  });
  return {
    due: money(left),
    "change-label": word("points"),
    change: given,
    "change-hint": isGood ? NOTHING : limit,
    "typed-label": word("points"),
    typed: given,
    take: word("take_points", { n: given }),
    then: "",
    isGood,
  };
}
