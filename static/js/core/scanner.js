// Scanner: known by the timing of its keys, unlike a person's, wherever the focus is.
// A scan ends with Enter or Tab, and leaves no trace in the field it was typed into.
const SHORTEST = 6;
const MEDIAN_GAP = 35; // milliseconds; no person types so fast
const LONGEST_GAP = 150;
const LATEST_END = 1000;

/** Collects keys, and decides when they were a scan. Knows nothing of the page. */
export class Recognizer {
  #keys = [];

  /** Whether this key begins a new burst. */
  begins(time) {
    const last = this.#keys.at(-1);
    return !last || time - last.time > LONGEST_GAP;
  }

  key(character, time) {
    if (this.begins(time)) this.#keys = [];
    this.#keys.push({ character, time });
    // "12*" is a quantity, and a scan may come right after it.
    if (character === "*" && this.#keys.length < SHORTEST) this.#keys = [];
  }

  /** Whether the keys so far came from a scanner. */
  get isScan() {
    if (this.#keys.length < SHORTEST) return false;
    const gaps = this.#keys.slice(1).map((key, i) => key.time - this.#keys[i].time);
    gaps.sort((a, b) => a - b);
    return gaps[Math.floor(gaps.length / 2)] <= MEDIAN_GAP;
  }

  /** The code that was scanned, if the keys before this Enter were a scan. */
  end(time) {
    const isScan = this.isScan && time - this.#keys.at(-1).time <= LATEST_END;
    const keys = this.#keys.splice(0);
    return isScan ? keys.map((key) => key.character).join("") : null;
  }
}

/** The character a scanner sent: a layout other than US turns its digits into signs. */
function characterOf(event) {
  const digit = event.code.match(/^(?:Digit|Numpad)(\d)$/)?.[1];
  if (digit && !event.shiftKey && event.key !== "*") return digit;
  if (event.key === "Process" || event.isComposing) {
    return event.code.match(/^Key([A-Z])$/)?.[1] ?? null;
  }
  return event.key.length === 1 ? event.key : null;
}

function field(element) {
  return element?.matches?.("input:not([type=hidden]), textarea") ? element : null;
}

/**
 * Listen on the whole page. ``remember()`` is called before the first key of each
 * burst and returns how to undo what the burst does; ``scanned(code)`` gets the code.
 * ``isAmount()`` says whether keys go into one.
 */
export function listenForScans({ remember, scanned, isAmount = () => false }) {
  const recognizer = new Recognizer();
  let restore = () => {};
  let late;

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
      if (event.key === "Enter" || event.key === "Tab") {
        const code = recognizer.end(event.timeStamp);
        if (code === null) return;
        clearTimeout(late);
        event.preventDefault();
        event.stopImmediatePropagation();
        restore();
        scanned(code.trim());
        return;
      }
      const character = characterOf(event);
      if (character === null) return;
      if (recognizer.begins(event.timeStamp)) {
        const input = field(document.activeElement);
        const value = input?.value;
        const undo = remember();
        restore = () => {
          if (input && input.value !== value) {
            input.value = value;
            input.dispatchEvent(new Event("input", { bubbles: true }));
          }
          undo?.();
        };
      }
      recognizer.key(character, event.timeStamp);
      // Where its Enter comes late or never, an amount is as it was all the same.
      clearTimeout(late);
      if (isAmount()) late = setTimeout(() => recognizer.isScan && restore(), LONGEST_GAP);
    },
    { capture: true },
  );
}
