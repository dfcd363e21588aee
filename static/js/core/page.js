// Every page: theme, clocks, dismissing a message, CSRF for htmx.
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
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});
// How many sales are parked, as the till last showed it; there it comes from the server.
const badge = document.querySelector("[data-parked-count]");
if (badge && !document.querySelector("[data-view]")) {
  badge.textContent = sessionStorage.getItem("parked") ?? "";
  badge.hidden = !Number(badge.textContent);
}
showTime();
setInterval(showTime, 10_000);
if (!isSecureContext) {
  for (const hint of document.querySelectorAll("[data-insecure]")) hint.hidden = false;
}
