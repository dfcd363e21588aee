// Pages of figures: filters that submit themselves, the panel of the period, charts.
import { drawCharts } from "./chart.js";

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-submits]")) target.form.requestSubmit();
});

const panel = () => document.querySelector("details.period");
document.addEventListener("click", ({ target }) => {
  const open = panel();
  if (!open?.open) return;
  if (target.closest("[data-closes-period]") || !target.closest("details.period")) {
    open.open = false;
  }
});
document.addEventListener("keydown", ({ key }) => {
  const open = panel();
  if (key !== "Escape" || !open?.open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

// Figures of now are asked for again while somebody may look at them.
const REFRESHED_EVERY = 60_000;
setInterval(() => {
  const figures = document.querySelector("[data-refreshes]");
  const isInUse = document.querySelector(".chart-figures[open], details.period[open]");
  if (figures && !document.hidden && !isInUse) globalThis.htmx.trigger(figures, "refresh");
}, REFRESHED_EVERY);

// The keyboard stays at the link where it was.
let focused;
document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  const { activeElement } = document;
  focused = target.contains(activeElement) ? activeElement.getAttribute("href") : null;
});
document.addEventListener("htmx:afterSettle", ({ target }) => {
  const link = focused && target.querySelector(`a[href="${CSS.escape(focused)}"]`);
  if (link) {
    link.focus({ preventScroll: true });
    focused = null;
  }
  drawCharts();
});
drawCharts();
