// Amounts as whole minor units, for what is shown while an amount is typed. Totals
// come from the server; nothing here is ever sent but what was typed.
export const { symbol, places } = document.querySelector("[data-symbol]").dataset;
const digits = Number(places);
const unit = 10 ** digits;

/** "30.60" as 3060. */
export function toMinor(text) {
  return Math.round(Number(text) * unit);
}

/** 3060 as "30.60", as a program reads it. */
export function toPlain(minor) {
  return (minor / unit).toFixed(digits);
}

/** 3060 as "30.60", with commas. */
export function bare(minor) {
  const [whole, part] = toPlain(minor).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return part ? `${grouped}.${part}` : grouped;
}

/** 3060 as "S$30.60". */
export function money(minor) {
  return symbol + bare(minor);
}

/** Another key on an amount that is typed cents first. */
export function typed(minor, key) {
  if (key === "back") return Math.floor(minor / 10);
  const next = Number(`${minor}${key}`);
  return next < 1e11 ? next : minor;
}
