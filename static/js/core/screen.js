// The screen of the till: which pane is shown, where the focus is, and the bars that
// say what happened and what can be done about it.
import { NoAnswer } from "./http.js";

const till = document.querySelector("[data-view]");
const paper = document.querySelector("[data-paper]");
const side = document.querySelector(".side-panel");
const scanField = document.querySelector("[data-scan]");
const byTouch = matchMedia("(pointer: coarse)");

// --- panes: sell, payment, complete, parked or customer ----------------------

/** The name of the pane that is shown. */
export function view() {
  return till.dataset.view;
}

/** Whether a dialog is open before everything else. */
export function hasDialog() {
  return document.querySelector("dialog[open]") !== null;
}

/** The element of a pane. */
export function pane(name) {
  return till.querySelector(`[data-pane="${name}"]`);
}

let moves = 0;

/**
 * The cashier goes somewhere. The function returned says, once an answer is there, whether
 * that is still wanted: whatever was asked for or shown since has the last word.
 */
export function setOut() {
  const mine = (moves += 1);
  return () => mine === moves;
}

/** Show a pane, and put the focus where the work goes on. */
export function show(name) {
  setOut();
  till.dataset.view = name;
  for (const section of till.querySelectorAll("[data-pane]")) {
    section.hidden = section.dataset.pane !== name;
  }
  paper.hidden = name !== "complete";
  side.hidden = name === "complete";
  for (const link of till.querySelectorAll(".rail [data-go]")) {
    const isHere = link.dataset.go === (name === "parked" ? "parked" : "sell");
    isHere ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
  }
  document.dispatchEvent(new Event("pane"));
  focusHome();
}

/** The scan field is home; where fingers do the work, no keyboard is to pop up. */
export function focusHome() {
  const fields = { sell: scanField, customer: pane("customer").querySelector("[data-find]") };
  const home = fields[view()] ?? pane(view()).querySelector(".button-primary");
  if (fields[view()] && byTouch.matches) document.activeElement.blur();
  else home?.focus({ preventScroll: true });
}

// --- bars above the basket: one at a time, with the number of the others ------

const messages = document.querySelector("[data-messages]");
const pattern = document.querySelector("[data-bar]");
const ICONS = { danger: "warn", warn: "warn", info: "sync", ok: "ok" };
const bars = new Map();

/**
 * Show a bar; one with the same key is replaced. A choice is ``{ label, act }``.
 * ``seconds`` removes the bar after a while; ``stays`` leaves out its cross.
 */
export function notify(key, options) {
  const { level, title, detail = "", choice, choices = [], seconds, stays = false } = options;
  dismiss(key);
  const bar = pattern.content.firstElementChild.cloneNode(true);
  bar.classList.add(`tone-${level}`);
  bar.setAttribute("role", level === "danger" ? "alert" : "status");
  bar.dataset.message = key;
  for (const icon of bar.querySelectorAll("[data-icon]")) {
    if (icon.dataset.icon !== ICONS[level]) icon.remove();
  }
  const text = bar.querySelector("div");
  text.textContent = title;
  if (detail) text.append(Object.assign(document.createElement("small"), { textContent: detail }));
  bar.querySelector("[data-dismiss]").addEventListener("click", () => dismiss(key));
  const blank = bar.querySelector("[data-choice]");
  for (const { label, act } of choice ? [choice] : choices) {
    const button = blank.cloneNode();
    button.textContent = label;
    button.addEventListener("click", () => {
      dismiss(key);
      act();
    });
    blank.before(button);
  }
  blank.remove();
  if (stays) bar.querySelector("[data-dismiss]").remove();
  bar.querySelector("[data-others]").addEventListener("click", () => {
    [...messages.querySelectorAll(".message")].at(-1).after(bar);
    showFirst();
  });
  // What only informs is not put before what asks for something.
  const isAsking = stays && Boolean(choice ?? choices.length);
  const asking = stays && !isAsking ? [...messages.querySelectorAll("[data-asks]")].at(-1) : null;
  bar.toggleAttribute("data-asks", isAsking);
  asking ? asking.after(bar) : messages.prepend(bar);
  bars.set(key, bar);
  showFirst();
  // Two unknown codes are read; more would hide the basket.
  const unknown = [...bars.keys()].filter((each) => each.startsWith("unknown"));
  if (unknown.length > 2) dismiss(unknown[0]);
  if (seconds) {
    setTimeout(() => bars.get(key) === bar && dismiss(key), seconds * 1000);
  }
}

/** Remove the bar with this key. */
export function dismiss(key) {
  bars.get(key)?.remove();
  if (bars.delete(key)) showFirst();
}

/** The newest bar is shown; the others wait behind its count. */
function showFirst() {
  const [first, ...others] = messages.querySelectorAll(".message");
  for (const bar of others) bar.hidden = true;
  if (!first) return;
  first.hidden = false;
  const count = first.querySelector("[data-others]");
  count.hidden = !others.length;
  count.textContent = others.length ? `+${others.length}` : "";
  const text = ngettext("%(n)s more message", "%(n)s more messages", others.length);
  count.setAttribute("aria-label", interpolate(text, { n: others.length }, true));
}

/** Remove every bar with a cross: what it says belongs to the sale before. */
export function dismissAll() {
  for (const [key, bar] of [...bars]) if (bar.querySelector("[data-dismiss]")) dismiss(key);
}

/** Press the button of a bar; false where there is no such bar. */
export function pressChoice(key) {
  const choice = bars.get(key)?.querySelector("[data-choice]");
  choice?.click();
  return Boolean(choice);
}

/** Say that a request was refused, or was not answered. */
export function handleError(error) {
  const { message, waiting: n } = error;
  let title = gettext("Refused");
  let detail = message;
  if (n) {
    title = gettext("The total is not final yet");
    detail = waitingToBeSent(n);
  } else if (error instanceof NoAnswer) {
    title = gettext("The server did not answer. Try again.");
    detail = "";
  }
  notify("refused", { level: "danger", title, detail, seconds: 12 });
}

/** How many operations the server has not got yet. */
export function waitingToBeSent(n) {
  const text = gettext("Waiting to be sent: %(n)s. Payment needs the connection.");
  return interpolate(text, { n }, true);
}

/** Say it to those who listen instead of reading, after what is being said. */
export function announce(sentence) {
  document.querySelector("[data-announce]").textContent = sentence;
}

/** Say it to those who listen instead of reading, at once. */
export function announceNow(sentence) {
  document.querySelector("[data-announce-now]").textContent = sentence;
}

/** The change of the last sale, for a while after the next one is started. */
export function showLastChange(number, sum) {
  document.querySelector(".last-change")?.remove();
  const row = document.createElement("div");
  row.className = "last-change";
  row.append(interpolate(gettext("Last sale %(number)s"), { number }, true));
  if (/[1-9]/.test(sum)) {
    const change = document.createElement("b");
    change.textContent = interpolate(gettext("Change %(sum)s"), { sum }, true);
    row.append(change);
  }
  messages.append(row);
  setTimeout(() => row.remove(), 20_000);
}
