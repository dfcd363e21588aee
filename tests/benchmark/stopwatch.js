// Stopwatch: from a key or a tap to the frame that shows what it did. It is in each page
// from its beginning, and changes nothing.
globalThis.stopwatch = (() => {
  const WAIT_MAX_MS = 15_000;
  // So long after a key or a tap the browser takes what moves for its consequence.
  const CONSEQUENCE_MS = 500;
  const page = { shift: 0, ready: null, accepted: null };
  let heardAt = -Infinity;
  const shifts = new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, startTime } of list.getEntries()) {
      // A key that is made for a test is none to the browser.
      if (!hadRecentInput && startTime - heardAt > CONSEQUENCE_MS) page.shift += value;
    }
  });
  shifts.observe({ type: "layout-shift", buffered: true });

  /** Resolve once the condition is true: now, or with a later change of the page. */
  function until(condition) {
    return new Promise((resolve, reject) => {
      const end = () => (watcher.disconnect(), clearTimeout(timer));
      const look = () => condition() && (end(), resolve());
      const watcher = new MutationObserver(look);
      const timer = setTimeout(() => {
        end();
        reject(new Error(`waited ${WAIT_MAX_MS} ms for ${condition}`));
      }, WAIT_MAX_MS);
      const all = { subtree: true, childList: true, attributes: true, characterData: true };
      watcher.observe(document, all);
      look();
    });
  }

  /** Resolve once the page has drawn what is there now: with the next task after the frame. */
  const painted = () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    requestAnimationFrame(() => port2.postMessage(null));
  });

  // Heard before the page's own scripts, which let no other hear a scanner's keys.
  let expected = null;
  function hear({ type, key, isTrusted, timeStamp }) {
    heardAt = performance.now();
    if (type !== expected?.kind || (expected.key && expected.key !== key)) return;
    // A key that is made for a test says a time of its own.
    expected.resolve(isTrusted ? timeStamp : performance.now());
    expected = null;
  }
  for (const kind of ["keydown", "click"]) addEventListener(kind, hear, true);

  /** Measure from the next event to the frame in which the condition is true. */
  function start(kind, key, condition) {
    const began = new Promise((resolve) => (expected = { kind, key, resolve }));
    const shown = until(condition).then(painted).then(() => performance.now());
    stopwatch.result = shown.then(async (at) => at - (await began));
  }

  /** Scan as soon as the page takes scans, and note when the line is there. */
  async function scanFirst(scan, code) {
    await until(() => document.documentElement?.dataset.ready === "");
    page.ready = performance.now();
    const lines = document.querySelectorAll(".entry").length;
    scan([[code], 0, ["Enter"], {}]);
    await until(() => document.querySelectorAll(".entry").length > lines);
    page.accepted = performance.now();
  }

  return { page, start, until, painted, scanFirst, result: null };
})();
