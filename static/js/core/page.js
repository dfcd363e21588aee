// Every page: theme, clocks, dismissing a message, what is missing, CSRF for htmx.
import { csrfToken } from "./http.js";
import "./scanner.js";

const dark = matchMedia("(prefers-color-scheme: dark)");

function toggleTheme() {
  const root = document.documentElement;
  const isDark = (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
  root.dataset.theme = isDark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
}

function showTime() {
  for (const element of document.querySelectorAll("[data-clock]")) {
    element.textContent = new Intl.DateTimeFormat("en-GB", {
      hour: "2-digit",
      minute: "2-digit",
      timeZone: element.dataset.clock,
    }).format(new Date());
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theme-toggle]")) toggleTheme();
  event.target.closest("[data-dismiss]")?.closest(".message").remove();
  if (event.target.closest("[data-print]")) print();
});

// A browser says what is missing in its own language: the page's words take their place,
// until the next key, tap or change. A field may have a sentence of its own; each one that
// is missing has it, and each radio of a group.
const missing = new Set();
const catchEarly = (kind, act) => document.addEventListener(kind, act, true);
catchEarly("invalid", ({ target }) => {
  if (!target.validity.valueMissing) return;
  missing.add(target);
  target.setCustomValidity(target.closest("[data-missing]").dataset.missing);
});
function forgetMissing() {
  for (const field of missing) field.setCustomValidity("");
  missing.clear();
}
for (const kind of ["click", "keydown", "input", "change"]) catchEarly(kind, forgetMissing);

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});
showTime();
setInterval(showTime, 10_000);
if (!isSecureContext) {
  for (const hint of document.querySelectorAll("[data-insecure]")) hint.hidden = false;
}
