// Scan detector: a scanner is known by the rhythm of its keys, unlike a person's.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ScanDetector } from "../../static/js/core/scan_detector.js";

const repeat = (gap, times) => Array(times).fill(gap);

// Gaps between keys in milliseconds, and the gap before Enter.
const SCANNERS = {
  "a usual one": [repeat(8, 12), 8],
  "a slow one": [repeat(16, 12), 16],
  "one by Bluetooth, with a hiccup": [[30, 32, 60, 30, 28, 31, 79, 30], 31],
  "one with a slow key": [[8, 7, 106, 8, 9, 8, 7, 8, 8, 8, 7, 8], 8],
  "one whose Enter comes late": [repeat(8, 12), 400],
  "a short code": [repeat(8, 5), 8],
  "the shortest code": [repeat(20, 2), 20],
  "a code of five digits": [repeat(12, 4), 300],
  "the longest code": [repeat(8, 63), 8],
};
const PEOPLE = {
  "a fast typist": [[60, 75, 90, 62, 70, 81, 66, 73], 120],
  "a very fast one": [[45, 40, 50, 38, 44, 47, 52, 41], 60],
  "two keys at once": [repeat(8, 1), 8],
  "three fingers on a keypad": [[21, 20], 40],
  "four digits, quickly": [repeat(30, 3), 30],
  "one who presses Enter a good while after a scan": [repeat(8, 12), 1200],
  "one with a pause in it": [[60, 50, 70, 200, 60, 55, 62], 60],
  "one who rolls over two keys": [[10, 90, 9, 110, 12, 95, 11, 88], 90],
};

/** What the detector makes of keys with these gaps. */
function recognize(gaps, last, detector = new ScanDetector()) {
  let time = 1000;
  detector.key("0", time);
  for (const [i, gap] of gaps.entries()) {
    time += gap;
    detector.key(String((i + 1) % 10), time);
  }
  return detector.end(time + last)?.code ?? null;
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
  const detector = new ScanDetector();
  for (const [i, key] of [..."3*"].entries()) detector.key(key, 830 + 80 * i);
  for (let i = 0; i < 13; i += 1) detector.key(String(i % 10), 1000 + 8 * i);

  const { code, isWhole } = detector.end(1110);
  assert.deepEqual([code, isWhole], ["0123456789012", false]);
});

for (const code of ["+A123BJC5D6E71", "-A123BJC5D", "*ST4R99*", "4*7721", "12*34"]) {
  test(`${code} is a code from its first key`, () => {
    const detector = new ScanDetector();
    for (const [i, key] of [...code].entries()) {
      detector.key(key, 1000 + 8 * i);
      if (i) assert.ok(detector.mayBeScan);
    }
    assert.equal(detector.end(1200).code, code);
  });
}

test("a person's key waits shortly, that of a likely scan longer", () => {
  const detector = new ScanDetector();
  detector.key("1", 1000);
  assert.ok(detector.wait <= 50 && !detector.mayBeScan);
  detector.key("2", 1060);
  assert.ok(detector.wait <= 50 && !detector.mayBeScan);
  detector.key("3", 1068);
  detector.key("4", 1076);
  assert.ok(detector.wait > 100 && detector.mayBeScan);
});

test("each Enter ends what was collected before it", () => {
  const detector = new ScanDetector();
  assert.equal(recognize(repeat(8, 12), 8, detector), "0123456789012");
  assert.equal(detector.end(1200), null);
  assert.equal(recognize(repeat(8, 7), 8, detector), "01234567");
});

test("after a pause another burst begins", () => {
  const detector = new ScanDetector();
  detector.key("1", 1000);

  assert.equal(detector.begins(1150), false);
  assert.equal(detector.begins(1151), true);
});
