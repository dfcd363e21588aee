// Typed: what the payment pane says of an amount, or a number of points, that is typed.
import { formatMoney } from "../core/money.js";

const NOTHING = "\u00a0";

/** The texts by the place they go to, and whether what is typed ``isValid``. */
export function describeTyped(typed) {
  return typed.way === "points" ? describePoints(typed) : describeMoney(typed);
}

function describeMoney(typed) {
  const { way, given, left, most, returned, isNumbered, name } = typed;
  const { held, isSettled, limit, isPending } = typed;
  const isMore = name && given > most && !isSettled;
  const sum = isMore ? most : given;
  const goesBack = returned - sum;
  const isCut = isMore && goesBack <= 0;
  // Only the exchange itself frees its number.
  const isTooSoon = isNumbered && returned > 0 && sum < left && !isSettled;
  // What is typed is not taken where the basket holds enough.
  const change = isSettled ? held.change : sum - left;
  const isOnlyForCash = change > 0 && way !== "cash" && !isSettled;
  const isMistyped = way === "cash" && change >= limit;
  let hint = NOTHING;
  if (isOnlyForCash) hint = gettext("Change is given for cash only");
  if (isMistyped) hint = withSum(gettext("Change of %(sum)s or more is not given"), limit);
  if (isCut) hint = withSum(gettext("Pays %(sum)s, the rest is lost"), most);
  if (goesBack > 0 && !isSettled) {
    const sums = { sum: formatMoney(sum), rest: formatMoney(goesBack) };
    hint = interpolate(gettext("Pays %(sum)s, %(rest)s goes back"), sums, true);
  }
  if (isTooSoon) {
    hint = withSum(gettext("It pays last: take %(sum)s in another way first"), left - sum);
  }
  if (held.excess) hint = withSum(gettext("Give back what is too much: %(sum)s"), held.excess);
  return {
    due: formatMoney(left),
    "change-label":
      change < 0 ? gettext("Left after this") : pgettext("money handed back", "Change"),
    change: formatMoney(Math.abs(change)),
    "change-hint": hint,
    "typed-label": way === "cash" ? gettext("Received") : gettext("Amount"),
    typed: formatMoney(given),
    take: left ? takeLabel(isPending ? "pending" : way, isCut ? given : sum, name) : gettext("Finish, nothing to pay"),
    cut: interpolate(
      gettext("%(face)s voucher pays %(sum)s; the rest is lost. Take it?"),
      { face: formatMoney(given), sum: formatMoney(most) },
      true,
    ),
    then: isMistyped ? gettext("Type again what was received") : consequence(way, change, left),
    isValid:
      !(held.excess || isOnlyForCash || isMistyped || isTooSoon) && (given > 0 || left === 0),
  };
}

function withSum(text, minor) {
  return interpolate(text, { sum: formatMoney(minor) }, true);
}

function takeLabel(way, given, name) {
  const texts = {
    cash: gettext("Take %(sum)s cash"),
    card: gettext("Approved: %(sum)s by card"),
    nets: gettext("Approved: %(sum)s by NETS"),
    paynow: gettext("Received: %(sum)s by PayNow"),
    pending: gettext("%(sum)s by PayNow, to be confirmed"),
  };
  const text = texts[way] ?? gettext("Take %(sum)s by %(name)s");
  return interpolate(text, { sum: formatMoney(given), name }, true);
}

function consequence(way, change, left) {
  if (change < 0) return withSum(gettext("%(sum)s left"), -change);
  if (!left) return change > 0 ? withSum(gettext("Change %(sum)s"), change) : "";
  if (way !== "cash") return "";
  return change ? withSum(gettext("Change %(sum)s"), change) : gettext("No change");
}

function describePoints({ given, left, points: { usable, least } }) {
  let hint = NOTHING;
  if (given > usable) {
    const text = ngettext("At most %(n)s point", "At most %(n)s points", usable);
    hint = interpolate(text, { n: usable }, true);
  } else if (given < least) {
    const text = ngettext("At least %(n)s point", "At least %(n)s points", least);
    hint = interpolate(text, { n: least }, true);
  }
  const take = ngettext("Use %(n)s point", "Use %(n)s points", given);
  return {
    due: formatMoney(left),
    "change-label": gettext("Points"),
    change: given,
    "change-hint": hint,
    "typed-label": gettext("Points"),
    typed: given,
    take: interpolate(take, { n: given }, true),
    then: "",
    isValid: hint === NOTHING,
  };
}
