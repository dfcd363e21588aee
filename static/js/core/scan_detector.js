// Scan detector: finds keys that follow each other faster than a person's: a burst, or a scan.
// Pure: it is given keys and the times at which they were pressed.
const KEYS_MIN = 3;
const SCANNER_GAP_MS = 20; // no person types three keys so fast
const LONG_KEYS_MIN = 6;
const MEDIAN_GAP_MS = 35; // of so many keys no person's is so short
const GAP_MAX_MS = 150;
const END_GAP_MAX_MS = 1000;
// A key that is alone waits so long; nobody feels it.
const HOLD_MS = 40;

const gapsOf = (keys) => keys.slice(1).map((key, i) => key.time - keys[i].time);
const medianOf = (gaps) => [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 2)];
const isFast = (keys) => Math.max(...gapsOf(keys)) <= SCANNER_GAP_MS;

/** Collects keys, and decides whether they were a scan. */
export class ScanDetector {
  #keys = [];

  /** Whether a key pressed now begins a new burst. */
  begins(time) {
    const last = this.#keys.at(-1);
    return !last || time - last.time > GAP_MAX_MS;
  }

  /** ``position`` is what the key would be on the layout that scanners have. */
  key(character, time, position = character) {
    if (this.begins(time)) this.clear();
    this.#keys.push({ character, position, time });
  }

  clear() {
    this.#keys = [];
  }

  /** Whether the keys so far came from a scanner. */
  get isScan() {
    return this.#scan().length > 0;
  }

  /** Whether the last key may belong to a scan together with the key before it. */
  get mayBeScan() {
    const gaps = gapsOf(this.#keys);
    return gaps.length > 0 && (gaps.at(-1) <= MEDIAN_GAP_MS || this.#isSuspicious);
  }

  /** For how many milliseconds after the last key another one may belong to it. */
  get wait() {
    return this.#isSuspicious ? GAP_MAX_MS : HOLD_MS;
  }

  /**
   * End the burst. Returns its scan, or null: the ``code``, its ``positions`` and the
   * ``time`` of its last key; ``isWhole`` where the whole burst is the scan.
   */
  end(time = 0) {
    const keys = this.#scan();
    const isWhole = keys.length === this.#keys.length;
    this.clear();
    const last = keys.at(-1);
    if (!last || time - last.time > END_GAP_MAX_MS) return null;
    const code = keys.map(({ character }) => character).join("");
    const positions = keys.map(({ position }) => position).join("");
    return { code, positions, isWhole, time: last.time };
  }

  get #isSuspicious() {
    const keys = this.#withoutPerson();
    return keys.length >= KEYS_MIN && medianOf(gapsOf(keys)) <= MEDIAN_GAP_MS;
  }

  /** The keys of the scan; none where there is no scan. */
  #scan() {
    const keys = this.#withoutPerson();
    if (keys.length < KEYS_MIN) return [];
    if (isFast(keys)) return keys;
    return keys.length >= LONG_KEYS_MIN && medianOf(gapsOf(keys)) <= MEDIAN_GAP_MS ? keys : [];
  }

  /** Without what a person typed just before a scan, as in 3, *, scan. */
  #withoutPerson() {
    const keys = this.#keys;
    const first = gapsOf(keys).findIndex((gap) => gap <= HOLD_MS);
    const rest = keys.slice(Math.max(first, 0));
    return rest.length >= KEYS_MIN && isFast(rest) ? rest : keys;
  }
}
