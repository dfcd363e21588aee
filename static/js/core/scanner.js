// Scanner: the one place that sees a key first, on every page. A key waits until it is
// known whether a scanner sent it; a person's is then sent again, in the order typed. A
// key that is held down acts once.
import { ScanDetector } from "./scan_detector.js";

const MODIFIERS = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "NumLock"]);
const MOVING = new Set(["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Tab"]);
const EDITING = new Set(["Delete", "ArrowLeft", "ArrowRight", "Home", "End"]);
// A scan that was known by the silence after it has its Enter so much later at most.
const LATE_END_MS = 1000;
// Some scanners end a scan with two keys.
const SECOND_END_MS = 20;
const TEXT = "input:not([type]), input:is([type=text], [type=search], [type=password],"
  + "[type=email], [type=tel], [type=url], [type=number]), textarea";
const FIELD = "input:not([type=hidden]), textarea, select";
// No password has only digits, and any other burst in its field may be one: it is not shown.
const isSecret = (code) => document.activeElement?.type === "password" && /\D/.test(code);
const GROUP_SEPARATOR = "\u001d";

const detector = new ScanDetector();
const sentAgain = new WeakSet();
let buffered = [];
let timer;
let undo = () => {};
// Whether a key of this burst has acted already.
let hasActed = false;
let endsUntil = 0;
let listener = null;
let early = [];

/**
 * Get the scans of this page. ``scanned(code, positions)`` gets what was scanned, and what
 * the same keys are on the layout that scanners have. ``remember()`` returns how to undo
 * what the keys of a slow scanner do before it is known.
 */
export function listenForScans({ scanned, remember = () => null }) {
  listener = { scanned, remember };
  for (const { code, positions } of early.splice(0)) scanned(code, positions);
}

// --- what a key is -----------------------------------------------------------

const SIGNS = {
  Minus: "-_", Equal: "=+", BracketLeft: "[{", BracketRight: "]}", Backslash: "\\|",
  Semicolon: ";:", Quote: "'\"", Backquote: "`~", Comma: ",<", Period: ".>", Slash: "/?",
  Space: "  ", NumpadAdd: "++", NumpadSubtract: "--", NumpadMultiply: "**",
  NumpadDivide: "//", NumpadDecimal: "..",
};
const OVER_DIGITS = ")!@#$%^&*(";

/** The digit of a key, where the layout has a sign there instead. */
function digitOf({ code, shiftKey, key }) {
  const digit = code.match(/^(?:Digit|Numpad)(\d)$/)?.[1];
  return digit && !shiftKey && key !== "*" ? digit : null;
}

/** The character a scanner sent: a layout other than US turns its digits into signs. */
function characterOf(event) {
  const { key, code } = event;
  // So the separator of a GS1 code is typed.
  if (event.ctrlKey && code === "BracketRight") return GROUP_SEPARATOR;
  const isCommand = event.ctrlKey || event.altKey || event.metaKey;
  if (isCommand && !event.getModifierState("AltGraph")) return null;
  const digit = digitOf(event);
  if (digit) return digit;
  if (key === "Process" || event.isComposing) return code.match(/^Key([A-Z])$/)?.[1] ?? null;
  return key.length === 1 ? key : null;
}

/** What the key would be on a US layout, which is a scanner's. */
function positionOf({ code, shiftKey }, character) {
  const letter = code.match(/^Key([A-Z])$/)?.[1];
  if (character === GROUP_SEPARATOR) return character;
  if (letter) return shiftKey ? letter : letter.toLowerCase();
  const digit = code.match(/^Digit(\d)$/)?.[1];
  if (digit) return shiftKey ? OVER_DIGITS[digit] : digit;
  return SIGNS[code]?.[Number(shiftKey)] ?? character;
}

// --- a burst -----------------------------------------------------------------

function block(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

/** How to undo what the keys do from now on. */
function snapshot() {
  const field = document.activeElement?.matches(FIELD) ? document.activeElement : null;
  const value = field?.value;
  const undoPage = listener?.remember();
  return () => {
    if (field && field.value !== value) {
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    undoPage?.();
  };
}

/** Send the keys again that were a person's: all that wait, or so many. */
function release(number = buffered.length) {
  for (const event of buffered.splice(0, number)) {
    hasActed = true;
    if (sendAgain(event)) document.execCommand("insertText", false, event.key);
  }
}

/** The same one after the other: what a key opens gets the keys after it. */
function releaseInTurn(number = buffered.length) {
  release(Math.min(number, 1));
  if (number > 1) setTimeout(() => releaseInTurn(Math.min(number - 1, buffered.length)));
}

/** Whether the key is still to do what keys do by themselves. */
function sendAgain({ key, code, location, shiftKey }) {
  const options = { key, code, location, shiftKey, bubbles: true, cancelable: true };
  const event = new KeyboardEvent("keydown", options);
  sentAgain.add(event);
  return (document.activeElement ?? document.body).dispatchEvent(event);
}

/** A scan, where there is one; what the keys have done is undone. */
function takeScan(time) {
  const scan = detector.end(time);
  if (!scan) return null;
  clearTimeout(timer);
  buffered = [];
  if (hasActed && scan.isWhole) undo();
  const code = scan.code.trim();
  const positions = scan.positions.trim();
  if (isSecret(code)) refuse("");
  else if (listener) listener.scanned(code, positions);
  else if (document.querySelector("[data-scan]")) early.push({ code, positions });
  else refuse(code);
  return scan;
}

/** Nothing more belongs to these keys. */
function settle() {
  clearTimeout(timer);
  const scan = detector.isScan ? takeScan() : null;
  if (scan) endsUntil = scan.time + LATE_END_MS;
  else releaseInTurn();
}

function wait() {
  clearTimeout(timer);
  const due = performance.now() + detector.wait;
  // Where the page was busy, keys pressed meanwhile are handled first.
  timer = setTimeout(() => {
    if (performance.now() - due < 10) settle();
    else timer = setTimeout(settle);
  }, detector.wait);
}

// --- keys --------------------------------------------------------------------

function onKeydown(event) {
  if (sentAgain.has(event) || MODIFIERS.has(event.key)) return;
  if (event.repeat) onRepeat(event);
  else if (event.key === "Enter" || event.key === "Tab") onEnd(event);
  else onKey(event);
}

/** A key held down does nothing more, but for moving about and erasing a text. */
function onRepeat(event) {
  const { key, target } = event;
  if (MOVING.has(key)) return;
  const isText = target.matches?.(TEXT);
  if (isText && key === "Backspace") return;
  // A page hears nothing of it: Delete in an empty field removes a line.
  if (isText && EDITING.has(key)) event.stopImmediatePropagation();
  else block(event);
}

function onEnd(event) {
  const time = event.timeStamp;
  if (event.isComposing) return;
  if (takeScan(time)) {
    endsUntil = time + SECOND_END_MS;
    block(event);
  } else if (time <= endsUntil) {
    endsUntil = time + SECOND_END_MS;
    block(event);
  } else {
    endsUntil = 0;
    clearTimeout(timer);
    const hasWaited = buffered.length > 0;
    release();
    if (!hasWaited || document.activeElement === event.target) return;
    // A key that waited has moved the focus.
    block(event);
    sendAgain(event);
  }
}

function onKey(event) {
  const time = event.timeStamp;
  const character = characterOf(event);
  const onControl = !document.activeElement?.matches(TEXT);
  // The space bar presses a button; no code begins with a space.
  const isPress = character === " " && onControl && !buffered.length;
  if (character === null || isPress) {
    // The keys before it come first: this one may act upon what they chose.
    if (detector.isScan) settle();
    else release();
    detector.clear();
    endsUntil = 0;
    return;
  }
  if (detector.begins(time)) {
    settle();
    undo = snapshot();
    hasActed = false;
  }
  detector.key(character, time, positionOf(event, character));
  if (!detector.mayBeScan) release();
  const isTyped = event.key.length === 1 && !event.isComposing && !event.ctrlKey;
  const mayBeBuffered = !document.activeElement?.matches(FIELD) || !onControl;
  if (character === GROUP_SEPARATOR) {
    block(event);
  } else if (isTyped && mayBeBuffered) {
    block(event);
    buffered.push(event);
  } else {
    // What a list of choices or another way of writing does with a key cannot be repeated.
    release();
    hasActed = true;
  }
  wait();
}

// --- a page that takes no scans ----------------------------------------------

// A search, what is marked, and a text in the back office; never an amount or a password.
const TAKES_SCANS = "input[type=search], #searchbar, [data-takes-scan], .vTextField";
// A page's own search; not that of the back office's menu.
const SEARCH = "input[type=search]:not(#nav-filter), #searchbar";

/** The field that takes a scan where the page itself does not. */
function fieldForScans() {
  const focused = document.activeElement;
  if (focused?.matches(TAKES_SCANS)) return focused;
  return focused?.matches(FIELD) ? null : document.querySelector(SEARCH);
}

/** Go to the next field of the form; a button is not pressed, nor gone to. */
export function goToNextField(field) {
  const fields = [...(field.form?.elements ?? [])].filter(
    (each) => each.matches(FIELD) && !/submit|button/.test(each.type) && each.offsetParent,
  );
  const next = fields[fields.indexOf(field) + 1];
  next?.focus();
  next?.select?.();
}

/** A scan where none is expected: every other field stays as it was. */
function refuse(code) {
  const field = fieldForScans();
  if (field) {
    field.value = code;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    // The end of a scan searches; it never saves a form.
    if (field.form?.method === "get") field.form.requestSubmit();
    else goToNextField(field);
    return;
  }
  const message = document.querySelector("[data-scan-refused]");
  if (!message) return;
  document.querySelector("[data-was-scanned]")?.remove();
  const shown = message.content.firstElementChild.cloneNode(true);
  shown.querySelector("small").textContent = code;
  document.querySelector("#alerts").append(shown);
}

addEventListener("keydown", onKeydown, { capture: true });
addEventListener("pointerdown", settle, { capture: true });
addEventListener("blur", settle);
