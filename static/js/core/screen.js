// The screen of the till: which pane is shown, where the focus is, and the bars that
// say what happened and what can be done about it.
import { NoAnswer } from "./http.js";

const till = document.querySelector("[data-view]");
const paper = document.querySelector("[data-paper]");
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

let navigations = 0;

/**
 * The cashier goes somewhere. The function returned says, once an answer is there, whether
 * it is still the latest: a pane that was asked for or shown since comes first.
 */
export function startNavigation() {
  const mine = (navigations += 1);
  return () => mine === navigations;
}

/** Show a pane, and put the focus where the work goes on. */
export function show(name) {
  startNavigation();
  till.dataset.view = name;
  for (const section of till.querySelectorAll("[data-pane]")) {
    section.hidden = section.dataset.pane !== name;
  }
  paper.hidden = name !== "complete";
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

// --- bars in the strip: one at a time, with the number of the others ----------

const messages = document.querySelector("[data-messages]");
const alerts = document.querySelector("#alerts");
const pattern = document.querySelector("[data-bar]");
const whole = document.querySelector("[data-whole]");
const ICONS = { danger: "warn", warn: "warn", info: "sync", ok: "ok" };

const find = (key) => messages.querySelector(`[data-message="${CSS.escape(key)}"]`);
const all = (more = "") => [...messages.querySelectorAll(`.message${more}`)];

/**
 * Show a bar; one with the same key is replaced. A choice is ``{ label, act }``, or some of them.
 * ``seconds`` removes the bar after a while; ``stays`` leaves out its cross.
 */
export function notify(key, options) {
  const { level, title, detail = "", choice, seconds, stays = false } = options;
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
  if (detail) text.append(" ", Object.assign(document.createElement("small"), { textContent: detail }));
  const blank = bar.querySelector("[data-choice]");
  const choices = [choice ?? []].flat();
  for (const { label, act } of choices) {
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
  // What only informs is not put before what asks for something.
  const isAsking = stays && choices.length > 0;
  const asking = stays && !isAsking ? all("[data-asks]").at(-1) : null;
  bar.toggleAttribute("data-asks", isAsking);
  asking ? asking.after(bar) : messages.prepend(bar);
  // Two unknown codes are read; more would hide everything else.
  all("[data-message^=unknown]")[2]?.remove();
  showFirst();
  if (seconds) setTimeout(remove, seconds * 1000, bar);
}

function remove(bar) {
  bar?.remove();
  if (bar) showFirst();
}

/** Remove the bar with this key. */
export function dismiss(key) {
  remove(find(key));
}

messages.addEventListener("click", ({ target }) => {
  const bar = target.closest(".message");
  if (target.closest("[data-dismiss]")) remove(bar);
  else if (target.closest("[data-others]")) all().at(-1).after(bar), showFirst();
  else if (target.closest("[data-more]")) {
    whole.querySelector("p").textContent = bar.querySelector("div").textContent;
    whole.showModal();
  }
});
whole.addEventListener("close", focusHome);

/** What is put into the page anywhere is said in the strip, where it moves nothing. */
function sayAlerts() {
  for (const alert of alerts.querySelectorAll(".message")) {
    const [title, detail] = [...alert.querySelector("div").childNodes].map((one) => one.textContent);
    const again = alert.querySelector("[data-again]");
    const key = alert.dataset.alert ?? title;
    notify(key, {
      level: alert.className.match(/tone-(\w+)/)[1],
      title: title.trim(),
      detail,
      choice: again && { label: again.textContent, act: () => again.click() },
      stays: !alert.querySelector("[data-dismiss]"),
    });
    Object.assign(find(key).dataset, alert.dataset);
    alert.remove();
  }
}

/** The newest bar is shown; the others wait behind its count. */
function showFirst() {
  const [first, ...others] = all();
  for (const bar of others) bar.hidden = true;
  if (!first) return;
  first.hidden = false;
  const text = first.querySelector("div");
  const more = first.querySelector("[data-more]");
  more.hidden = true;
  const count = first.querySelector("[data-others]");
  count.hidden = !others.length;
  count.textContent = others.length ? `+${others.length}` : "";
  const number = ngettext("%(n)s more message", "%(n)s more messages", others.length);
  count.setAttribute("aria-label", interpolate(number, { n: others.length }, true));
  more.hidden = text.scrollHeight <= text.clientHeight;
}
addEventListener("resize", showFirst);

/**
 * Remove every bar with a cross: what it says belongs to the sale before. A receipt that
 * was not printed can still be printed.
 */
export function dismissAll() {
  all(":has([data-dismiss]):not([data-printing])").forEach(remove);
}

/** Press the button of a bar; false where there is no such bar. */
export function pressChoice(key) {
  const choice = find(key)?.querySelector("[data-choice]");
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

sayAlerts();
new MutationObserver(sayAlerts).observe(alerts, { childList: true });

/** Show which of the buttons is chosen, by its data. */
export function setPressed(place, selector, isChosen) {
  for (const button of place.querySelectorAll(selector)) {
    button.setAttribute("aria-pressed", String(isChosen(button.dataset)));
  }
}
