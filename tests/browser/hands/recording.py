"""Recording: what a till page showed, and what was pressed, each with its time."""

# Runs before the scripts of the page. Times are in milliseconds since it was opened;
# ticks count them in tens, but for those in which the page was not let run.
RECORD = """(() => {
  const shown = [];
  const pressed = [];
  window.recording = { shown, pressed };
  function text(place, name) {
    return place?.querySelector(`[data-text=${name}]`)?.textContent ?? "";
  }
  let tick = 0;
  setInterval(() => (tick += 1), 10);
  let last = "";
  function look() {
    const basket = document.querySelector("[data-basket]");
    const pane = document.querySelector("[data-pane=payment]");
    const view = document.querySelector(".till")?.dataset.view;
    if (!basket || !view) return;
    const lines = [...basket.querySelectorAll("[data-line]")];
    const way = pane?.querySelector("[data-tender][aria-pressed=true]");
    const state = {
      view,
      basket: basket.dataset.uid,
      lines: lines.map(({ dataset }) => dataset.name),
      // Missing while the page is still being read.
      total: basket.querySelector("[data-due]")?.textContent ?? "",
      way: way?.dataset.tender ?? "",
      amount: text(pane, "typed"),
      due: text(pane, "due"),
    };
    const now = JSON.stringify(state);
    if (now !== last) shown.push({ at: performance.now(), tick, ...state });
    last = now;
  }
  const all = { subtree: true, childList: true, characterData: true, attributes: true };
  new MutationObserver(look).observe(document, all);
  for (const type of ["keydown", "click"]) {
    addEventListener(type, (event) => {
      // A scanner's keys are made by a script of the test, and not trusted.
      if (!event.isTrusted) return;
      const button = event.target.closest?.("button")?.dataset ?? {};
      const { act = "", tendered = "" } = button;
      const key = event.key ?? "";
      pressed.push({ at: performance.now(), tick, type, key, act, tendered });
    }, true);
  }
})()"""
