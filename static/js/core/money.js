// Money: amounts as whole minor units, for what is shown while an amount is typed.
// Totals come from the server; nothing here is ever sent but what was typed.
let symbol = "";
let digits = 2;
let unit = 100;

/** The company's currency, from the data attributes of the page. */
export function setCurrency({ symbol: sign, places }) {
  symbol = sign;
  digits = Number(places);
  unit = 10 ** digits;
}

/** The sign of the currency, as "S$". */
export function currencySymbol() {
  return symbol;
}

/** "30.60" as 3060. */
export function toMinor(text) {
  return Math.round(Number(text) * unit);
}

/** "3,060.00", as people write it, as 306000; nothing as 0. */
export function parseAmount(text = "") {
  return toMinor(text.replaceAll(",", ""));
}

/** 3060 as "30.60", as a program reads it. */
export function toPlain(minor) {
  return (minor / unit).toFixed(digits);
}

/** 306000 as "3,060.00". */
export function formatAmount(minor) {
  const [whole, part] = toPlain(minor).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return part ? `${grouped}.${part}` : grouped;
}

/** 306000 as "S$3,060.00". */
export function formatMoney(minor) {
  return symbol + formatAmount(minor);
}

/** Let the styles know a long amount, as the server does; ``text`` is the longest. */
export function markLength(element, text) {
  element.classList.toggle("long", text.length > 9 && text.length <= 11);
  element.classList.toggle("longer", text.length > 11);
}

/** The amount after one more key; amounts are typed cents first. */
export function appendKey(minor, key) {
  if (key === "back") return Math.floor(minor / 10);
  const next = Number(`${minor}${key}`);
  return next < 1e11 ? next : minor;
}
