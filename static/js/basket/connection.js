// Says whether the server answers, how much waits to be sent, and since when.
import { dismiss, tell } from "../core/screen.js";
import { word } from "../core/words.js";

const NOTICE_AFTER = 3000;
const ASK_AGAIN = 3000;
const SLOW = 900;
let offSince = null;
let queue;
let health;
let isAsking = false;

export function watch(theQueue, healthAddress) {
  queue = theQueue;
  health = healthAddress;
  queue.addEventListener("trouble", lost);
  queue.addEventListener("answer", back);
  queue.addEventListener("change", () => setTimeout(draw, offSince ? 0 : 1000));
  document.addEventListener("pane", draw);
  addEventListener("offline", lost);
  addEventListener("online", beat);
  setInterval(() => !document.hidden && beat(), 15_000);
}

function lost() {
  if (offSince) return;
  offSince = new Date();
  setTimeout(draw, NOTICE_AFTER);
  setTimeout(beat, ASK_AGAIN);
}

function back() {
  if (!offSince) return;
  const wasLong = Date.now() - offSince >= NOTICE_AFTER;
  offSince = null;
  dismiss("offline");
  if (wasLong) tell("back", { level: "ok", title: word("back_online"), seconds: 4 });
  draw();
}

async function beat() {
  if (isAsking) return;
  isAsking = true;
  try {
    const answer = await fetch(health, { cache: "no-store", signal: AbortSignal.timeout(4000) });
    if (answer.ok && !queue.pending.length) back();
  } catch {
    lost();
  } finally {
    isAsking = false;
  }
  if (offSince) setTimeout(beat, ASK_AGAIN);
}

function draw() {
  const n = queue.pending.length;
  const isSlow = n && Date.now() - queue.pending[0].at >= SLOW;
  const isLost = offSince && Date.now() - offSince >= NOTICE_AFTER - 50;
  const state = isLost ? "offline" : isSlow ? "waiting" : "online";
  for (const pill of document.querySelectorAll("[data-connection]")) {
    pill.className = `pill ${state === "online" ? "pill-ok" : "pill-warn"}`;
    pill.lastElementChild.textContent = word(state, { n });
  }
  if (!isLost) return;
  const time = offSince.toLocaleTimeString("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    timeZone: document.querySelector("[data-clock]").dataset.clock,
  });
  tell("offline", {
    level: "warn",
    title: word("offline_since", { time }),
    detail: n ? word("offline_waiting", { n }) : "",
    stays: true,
  });
}
