// Back office: who types or points there is not away, however long the page is open.

const EVERY = 60_000;
let notedAt = Date.now();

function note() {
  if (Date.now() - notedAt < EVERY) return;
  notedAt = Date.now();
  const { activity } = document.querySelector("[data-activity]").dataset;
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  // Signed out or without a line, the next page says so.
  fetch(activity, { method: "POST", headers: { "X-CSRFToken": token } }).catch(() => {});
}

for (const kind of ["keydown", "pointerdown"]) {
  document.addEventListener(kind, note, { capture: true, passive: true });
}
