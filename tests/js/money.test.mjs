// Money: what is shown while an amount is typed, in each number of decimal places.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  appendKey,
  currencySymbol,
  formatAmount,
  formatMoney,
  setCurrency,
  toMinor,
  toPlain,
} from "../../static/js/core/money.js";

const typeKeys = (...keys) => keys.reduce(appendKey, 0);

beforeEach(() => setCurrency({ symbol: "S$", places: "2" }));

test("an amount is whole in minor units, whatever binary fractions make of it", () => {
  for (const [text, minor] of [["30.60", 3060], ["1.1", 110], ["0.29", 29], ["4.35", 435]]) {
    assert.equal(toMinor(text), minor);
  }
});

test("every amount of cents comes back as it was", () => {
  for (let minor = 0; minor <= 20_000; minor += 1) assert.equal(toMinor(toPlain(minor)), minor);
});

test("thousands are grouped for people, and never for programs", () => {
  assert.equal(formatMoney(123456789), "S$1,234,567.89");
  assert.equal(formatAmount(100), "1.00");
  assert.equal(toPlain(123456789), "1234567.89");
  assert.equal(currencySymbol(), "S$");
});

test("a currency without decimal places has no point", () => {
  setCurrency({ symbol: "¥", places: "0" });

  assert.equal(toMinor("1500"), 1500);
  assert.equal(formatMoney(1500), "¥1,500");
  assert.equal(toPlain(1500), "1500");
});

test("a currency of three decimal places has all three", () => {
  setCurrency({ symbol: "KD ", places: "3" });

  assert.equal(toMinor("1.005"), 1005);
  assert.equal(formatMoney(1234005), "KD 1,234.005");
});

test("amounts are typed cents first", () => {
  assert.equal(typeKeys("5", "0", "0"), 500);
  assert.equal(typeKeys("5", "00"), 500);
  assert.equal(typeKeys("1", "2", "back"), 1);
  assert.equal(typeKeys("back"), 0);
});

test("a key that would make an amount longer than any is passed over", () => {
  const longest = 99_999_999_999;

  assert.equal(appendKey(longest, "9"), longest);
  assert.equal(appendKey(9_999_999_999, "00"), 9_999_999_999);
});
