// An amount of cash typed cents first, by keypad or keyboard, in a form of its own.
const pad = document.querySelector("[data-pad=amount]");
const field = document.querySelector("[data-amount]");
const places = Number(pad.dataset.places);
const unit = 10 ** places;

function put(minor) {
  if (minor < 1e11) field.value = minor ? (minor / unit).toFixed(places) : "";
}

function press(key) {
  const minor = Math.round(Number(field.value || "0") * unit);
  put(key === "back" ? Math.floor(minor / 10) : Number(`${minor}${key}`));
}

pad.addEventListener("click", (event) => {
  const key = event.target.closest("[data-key]")?.dataset.key;
  if (key) press(key);
});
field.addEventListener("keydown", (event) => {
  if (!/^\d$|^Backspace$/.test(event.key) || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  press(event.key === "Backspace" ? "back" : event.key);
});
document.querySelector("[data-fill]")?.addEventListener("click", (event) => {
  field.value = event.currentTarget.dataset.fill;
  field.form.querySelector("[type=submit]").focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "F9") return;
  event.preventDefault();
  field.form.requestSubmit();
});
field.focus();
