// Lock: Ctrl+L, a tap on the person, or a time without a key or a tap locks the till, in every
// window of this browser. One that is in use keeps the others open.
import { listen, tell } from "./windows.js";

const SAID_EVERY = 5000;
const form = document.querySelector("[data-lock]");
const after = Number(form?.dataset.lock) * 60_000;
let usedAt = Date.now();
let saidAt = 0;

const lock = () => form?.requestSubmit();

function use() {
  usedAt = Date.now();
  if (usedAt - saidAt < SAID_EVERY) return;
  saidAt = usedAt;
  tell("used");
}

for (const name of ["keydown", "pointerdown"]) addEventListener(name, use, { capture: true });
document.addEventListener("keydown", (event) => {
  if (!form || !event.ctrlKey || event.key.toLowerCase() !== "l") return;
  event.preventDefault();
  lock();
});
document.addEventListener("click", ({ target }) => target.closest("[data-locks]") && lock());
setInterval(() => after && navigator.onLine && Date.now() - usedAt >= after && lock(), 2000);
listen("used", () => (usedAt = Date.now()));
// Heard late, it may be open again by now; if not, the next request says so.
listen("locked", (at) => at > performance.timeOrigin && Date.now() - at < SAID_EVERY && lock());
// A locked browser shows no page with this: it was open when this one was asked for.
tell("open", performance.timeOrigin);
