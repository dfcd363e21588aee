// Goods that come back: ticking and counting. What they come to is the server's to say.
const form = document.querySelector("#refund");
const preview = document.querySelector("#preview");
const alerts = document.querySelector("#alerts");
const noAnswer = document.querySelector("[data-no-answer]");
// Of what is typed here the amounts know nothing.
const APART = new Set(["approver", "approver_password", "own_reason", "reference"]);
const TYPING = 350;
let timer = null;

const lines = () => [...form.querySelectorAll("[data-line]")];
/** What a supervisor has to type yet, if anything; it may be below the fold. */
const missing = () =>
  [...form.elements].find((field) => /^approver/.test(field.name) && field.offsetParent && !field.value);

/** What is shown is no longer what is asked for: nothing is paid back on it. */
function hold() {
  for (const button of preview.querySelectorAll("button")) button.disabled = true;
}

function ask(pause) {
  hold();
  clearTimeout(timer);
  timer = setTimeout(() => htmx.trigger(preview, "refresh"), pause);
}

function step(button) {
  const box = button.closest(".step");
  const field = box.querySelector("input");
  const most = Number(box.dataset.stepMost);
  const next = Math.min(Math.max((Number(field.value) || 0) + Number(button.dataset.step), 1), most);
  if (String(next) === field.value) return;
  field.value = next;
  ask(TYPING);
}

/** What is damaged or past its date is not sold again, unless a line says so. */
function judge(isDamaged) {
  for (const group of document.querySelectorAll(".seg")) {
    group.querySelector(`[value=${!isDamaged}]`).checked = true;
  }
}

// Part of what the form sends stands beside it.
document.addEventListener("input", ({ target }) => {
  if (target.form !== form) return;
  if (target.matches("[data-all]")) {
    for (const line of lines()) line.checked = target.checked;
  } else if (target.matches("[data-line]")) {
    const all = form.querySelector("[data-all]");
    if (all) all.checked = lines().every((line) => line.checked);
  }
  if (target.name === "reason") {
    judge("damaged" in target.dataset);
    form.elements.own_reason.required = "ownWords" in target.dataset;
  }
  if (!APART.has(target.name)) ask(target.type === "text" ? TYPING : 0);
});
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-step]");
  if (button) step(button);
});
// Enter in a field is a scanner's or a slip of the hand; it pays nothing back.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.form === form && event.target.matches("input")) {
    event.preventDefault();
  }
});

/** The goods go back as part of a new sale: the till takes them over. */
function exchange() {
  if (!form.reportValidity()) return;
  const chosen = lines().filter((line) => line.checked);
  const fields = new FormData(form);
  const { original, refund, customer } = form.dataset;
  const kept = new URLSearchParams({ original, refund, customer });
  for (const name of ["reason", "own_reason"]) kept.set(name, fields.get(name) ?? "");
  for (const { value } of chosen) {
    kept.append("line", value);
    for (const name of [`quantity-${value}`, `restocked-${value}`]) kept.set(name, fields.get(name));
  }
  sessionStorage.setItem("exchange:next", kept);
  location.assign(form.dataset.till);
}

preview.addEventListener("click", ({ target }) => {
  if (target.closest("[data-exchange]")) exchange();
});

document.addEventListener("htmx:beforeRequest", () => {
  alerts.replaceChildren();
  noAnswer.hidden = true;
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target === alerts) missing()?.focus();
});
for (const name of ["responseError", "sendError", "timeout"]) {
  document.addEventListener(`htmx:${name}`, ({ detail }) => {
    if (detail.xhr?.status === 401) location.reload();
    else noAnswer.hidden = false;
  });
}
// Where the answer to the preview was lost, asking again brings the button back.
noAnswer.querySelector("button").addEventListener("click", () => ask(0));
