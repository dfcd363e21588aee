// Lock of the till's page: a pane before everything else, until the PIN was right. What is
// scanned meanwhile waits; a payment under way is finished first.
import "../access/pin.js";
import { pane, show, view } from "../core/screen.js";
import { listen, tell } from "../core/windows.js";

const ASK_AGAIN = 3000;
const form = document.querySelector("[data-lock]");

/** Let the form that locks this browser lock this page over its basket. */
export function attachLock({ queue, store, flow }) {
  const place = pane("locked");
  const closeDialogs = () => document.querySelectorAll("dialog[open]").forEach((one) => one.close());
  let isWaiting = false;
  let lockedAt;

  async function lock() {
    if (isWaiting || view() === "locked") return;
    isWaiting = true;
    while (flow.finalization.isRunning) await new Promise((done) => setTimeout(done, 300));
    isWaiting = false;
    flow.payment.keepTyped();
    lockedAt = Infinity;
    show("locked");
    for (const part of document.querySelectorAll(".rail, .side-panel")) part.inert = true;
    closeDialogs();
    // What was scanned before is still this person's.
    await queue.drained().catch(() => {});
    closeDialogs();
    queue.pause();
    ask();
  }

  async function ask() {
    await htmx.ajax("POST", form.action, { source: form, target: place }).catch(() => {});
    lockedAt = Date.now();
    if (place.querySelector(".pin-form")) tell("locked");
    else setTimeout(ask, ASK_AGAIN);
  }

  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    lock();
  });
  const unlocked = async () => {
    queue.resume();
    if (store.isInMemory) flow.takeUpIfFree();
    await queue.drained().catch(() => {});
    // The page is the new person's, and shows what waited.
    location.reload();
  };
  document.addEventListener("unlocked", unlocked);
  // A page that was asked for before was open then, and may say so only now.
  listen("open", (at) => view() === "locked" && at > lockedAt && unlocked());
}
