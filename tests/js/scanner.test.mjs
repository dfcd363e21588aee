// Scanner: known by the rhythm of its keys, unlike a person's.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Recognizer } from "../../static/js/core/scanner.js";

const repeat = (gap, times) => Array(times).fill(gap);

// Gaps between keys in milliseconds, and the gap before Enter.
const SCANNERS = {
  "a usual one": [repeat(8, 12), 8],
  "a slow one": [repeat(16, 12), 16],
  "one by Bluetooth, with a hiccup": [[30, 32, 60, 30, 28, 31, 79, 30], 31],
  "one with a slow key": [[8, 7, 106, 8, 9, 8, 7, 8, 8, 8, 7, 8], 8],
  "one whose Enter comes late": [repeat(8, 12), 400],
  "the shortest code": [repeat(8, 5), 8],
  "the longest code": [repeat(8, 63), 8],
};
const PEOPLE = {
  "a fast typist": [[60, 75, 90, 62, 70, 81, 66, 73], 120],
  "a very fast one": [[45, 40, 50, 38, 44, 47, 52, 41], 60],
  "too short a code": [repeat(8, 4), 8],
  "one who presses Enter a good while after a scan": [repeat(8, 12), 1200],
  "one with a pause in it": [[8, 8, 8, 200, 8, 8, 8], 8],
  "one who rolls over two keys": [[10, 90, 9, 110, 12, 95, 11, 88], 90],
};

/** What the recognizer makes of keys with these gaps. */
function recognize(gaps, last, recognizer = new Recognizer()) {
  let time = 1000;
  recognizer.key("0", time);
  for (const [i, gap] of gaps.entries()) {
    time += gap;
    recognizer.key(String((i + 1) % 10), time);
  }
  return recognizer.end(time + last);
}

for (const [name, [gaps, last]] of Object.entries(SCANNERS)) {
  test(`a scanner: ${name}`, () => {
    const code = Array.from({ length: gaps.length + 1 }, (_, i) => i % 10).join("");
    assert.equal(recognize(gaps, last), code);
  });
}

for (const [name, [gaps, last]] of Object.entries(PEOPLE)) {
  test(`a person: ${name}`, () => assert.equal(recognize(gaps, last), null));
}

test("a quantity and a scan right after it are two things", () => {
  const recognizer = new Recognizer();
  for (const [i, key] of [..."3*"].entries()) recognizer.key(key, 900 + 8 * i);

  assert.equal(recognize(repeat(8, 12), 8, recognizer), "0123456789012");
});

test("an asterisk inside a code is part of it", () => {
  const recognizer = new Recognizer();
  for (const [i, key] of [..."ABC123*4"].entries()) recognizer.key(key, 1000 + 8 * i);

  assert.equal(recognizer.end(1072), "ABC123*4");
});

test("each Enter ends what was collected before it", () => {
  const recognizer = new Recognizer();
  assert.equal(recognize(repeat(8, 12), 8, recognizer), "0123456789012");
  assert.equal(recognizer.end(1200), null);
  assert.equal(recognize(repeat(8, 7), 8, recognizer), "01234567");
});

test("after a pause another burst begins", () => {
  const recognizer = new Recognizer();
  recognizer.key("1", 1000);

  assert.equal(recognizer.begins(1150), false);
  assert.equal(recognizer.begins(1151), true);
});
