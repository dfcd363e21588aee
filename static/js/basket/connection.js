// Connection: whether the server answers, how much waits to be sent and since when,
// what is offered when the server rejects it, and which window may write.
import { listenForScans } from "../core/scanner.js";
import { dismiss, dismissAll, notify, waitingToBeSent } from "../core/screen.js";

const NOTICE_AFTER = 3000;
const ASK_AGAIN = 3000;
const SLOW = 900;
const LOCK_TIMEOUT_MS = 3000;
let offlineSince = null;
let queue;
let healthUrl;
let isAsking = false;

/** Watch the queue and the line, and show their state. */
export function watchConnection(theQueue, url) {
  queue = theQueue;
  healthUrl = url;
  queue.addEventListener("unreachable", onUnreachable);
  document.addEventListener("answer", ({ detail }) => {
    if (!detail) onUnreachable();
    else if (!queue.pending.length) onAnswer();
  });
  for (const name of ["sendError", "timeout"]) {
    document.addEventListener(`htmx:${name}`, onUnreachable);
  }
  queue.addEventListener("answer", onAnswer);
  queue.addEventListener("change", () => setTimeout(render, offlineSince ? 0 : 1000));
  queue.addEventListener("rejected", ({ detail }) => showRejected(detail));
  document.addEventListener("pane", render);
  addEventListener("offline", onUnreachable);
  addEventListener("online", () => queue.retryNow());
  addEventListener("online", heartbeat);
  addEventListener("focus", () => queue.flush());
  for (const name of ["click", "submit"]) document.addEventListener(name, stay);
  setInterval(() => !document.hidden && heartbeat(), 15_000);
}

function onUnreachable() {
  if (offlineSince) return;
  offlineSince = new Date();
  setTimeout(render, NOTICE_AFTER);
  setTimeout(heartbeat, ASK_AGAIN);
}

function onAnswer() {
  if (!offlineSince) return;
  const wasLong = Date.now() - offlineSince >= NOTICE_AFTER;
  offlineSince = null;
  dismiss("offline");
  if (wasLong) {
    const title = gettext("Connected again, everything is sent");
    notify("back", { level: "ok", title, seconds: 4 });
  }
  render();
}

/** Ask whether the server is there, and again while it is not. */
export async function heartbeat() {
  if (isAsking) return;
  isAsking = true;
  try {
    const signal = AbortSignal.timeout(4000);
    const answer = await fetch(healthUrl, { cache: "no-store", signal });
    if (answer.ok && !queue.pending.length) onAnswer();
  } catch {
    onUnreachable();
  } finally {
    isAsking = false;
  }
  if (offlineSince) setTimeout(heartbeat, ASK_AGAIN);
}

const hasNoConnection = () => offlineSince && Date.now() - offlineSince >= NOTICE_AFTER - 50;

/** Whether another page would be an error of the browser's now; if so, say it. */
export function refuseToLeave() {
  if (navigator.onLine && !hasNoConnection()) return false;
  const title = gettext("There is no connection: stay on this page.");
  const detail = gettext("Nothing is lost. Try again when the till is online.");
  notify("leave", { level: "warn", title, detail, seconds: 8 });
  return true;
}

/** Links and forms lead to another page; with Ctrl, or the middle button, this one stays. */
function stay(event) {
  const { target, type, ctrlKey, metaKey, shiftKey } = event;
  const leaving = type === "submit" ? "form[method=post]" : "a[href]:not([href^='#'], [target])";
  if (event.defaultPrevented || ctrlKey || metaKey || shiftKey || !target.closest(leaving)) return;
  if (refuseToLeave()) event.preventDefault();
}

function render() {
  const n = queue.pending.length;
  const isSlow = n && Date.now() - queue.pending[0].at >= SLOW;
  const isOffline = hasNoConnection();
  let state = gettext("Online");
  if (isOffline) state = gettext("Offline");
  else if (isSlow) state = interpolate(gettext("%(n)s waiting"), { n }, true);
  for (const pill of document.querySelectorAll("[data-connection]")) {
    pill.className = `pill ${isOffline || isSlow ? "pill-warn" : "pill-ok"}`;
    pill.lastElementChild.textContent = state;
  }
  document.dispatchEvent(new CustomEvent("connection", { detail: Boolean(isOffline) }));
  if (!isOffline) return;
  const time = offlineSince.toLocaleTimeString("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    timeZone: document.querySelector("[data-clock]").dataset.clock,
  });
  const text = gettext("No connection since %(time)s. Go on scanning: nothing is lost.");
  notify("offline", {
    level: "warn",
    title: interpolate(text, { time }, true),
    detail: n ? waitingToBeSent(n) : "",
    stays: true,
  });
}

/** The server will not accept what waits: try again, or discard it knowingly. */
function showRejected(error) {
  if (error.code === "no_open_shift") {
    // The page as it is now offers to open one; what waits is sent after that.
    const open = { label: gettext("Open shift"), act: () => location.reload() };
    notify("rejected", { level: "warn", title: error.message, choice: open, stays: true });
    return;
  }
  const retry = { label: gettext("Try again"), act: () => queue.flush() };
  const discard = { label: gettext("Discard"), act: discardPending };
  const n = queue.pending.length;
  notify("rejected", {
    level: "danger",
    title: interpolate(gettext("Refused by the server: %(n)s"), { n }, true),
    detail: error.message,
    choice: [retry, discard],
    stays: true,
  });
}

async function discardPending() {
  await queue.discard();
  location.reload();
}

// --- one window works on a till at a time ------------------------------------

const lockName = (till) => `tillkeeper:${till}`;

/** Resolves with whether this window may write; ``lost()`` when another takes over. */
export function becomeWriter(till, lost) {
  // Locks need a secure context; without one, nothing tells two windows apart.
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    setTimeout(resolve, LOCK_TIMEOUT_MS, true);
    const forever = () => new Promise(() => {});
    navigator.locks
      .request(lockName(till), { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock && forever();
      })
      .catch(lost);
  });
}

/** No key does anything here, but on the bar that offers to take over. */
function refuseKey(event) {
  if (!event.target.closest?.("[data-message=elsewhere]")) event.stopImmediatePropagation();
}

/** Make this window read-only: another one writes, until this one takes over. */
export function becomeReadOnly(till) {
  for (const part of document.querySelectorAll("[data-pane], [data-basket]")) part.inert = true;
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  // An undo that is still offered is for the window that has the till.
  dismissAll();
  addEventListener("keydown", refuseKey, { capture: true });
  const refused = gettext("Nothing was added: this till is open in another window");
  listenForScans({ scanned: () => offerToTakeOver(till, "danger", refused) });
  const title = gettext("This till is open in another window");
  offerToTakeOver(till, "info", title);
}

function offerToTakeOver(till, level, title) {
  const takeOver = () =>
    navigator.locks.request(lockName(till), { steal: true }, () => location.reload());
  notify("elsewhere", {
    level,
    title,
    detail: gettext("Taking it over closes it there."),
    choice: { label: gettext("Take over"), act: takeOver },
    stays: true,
  });
}
