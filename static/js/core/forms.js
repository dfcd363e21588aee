// Pages with a list or a form. Keys: F2 filter, F9 primary action, Esc back, arrows
// through the rows. On the sign-in page also: showing a password, the demo's people.

const rows = () => [...document.querySelectorAll("[data-row]")];

function move(step) {
  const all = rows();
  const at = all.indexOf(document.activeElement);
  const filter = document.querySelector("[data-filter]");
  if (at < 0 && document.activeElement !== filter) return false;
  const next = at + step;
  (next < 0 ? filter : all[Math.min(next, all.length - 1)])?.focus();
  return true;
}

/** Whether leaving would lose something. */
function hasUnsavedText() {
  const fields = document.querySelectorAll("form.panel :is(input, textarea)");
  return [...fields].some((field) => field.value !== field.defaultValue);
}

function act(event) {
  const filter = document.querySelector("[data-filter]");
  switch (event.key) {
    case "F2":
      filter?.focus();
      filter?.select();
      return Boolean(filter);
    case "F9": {
      const primary = document.querySelector("[data-primary]");
      primary?.click();
      return Boolean(primary);
    }
    case "Escape": {
      if (filter && document.activeElement === filter) {
        if (!filter.value) return false;
        filter.value = "";
        filter.dispatchEvent(new Event("input", { bubbles: true }));
        return true;
      }
      const back = document.querySelector("[data-back]");
      if (!back || hasUnsavedText()) return false;
      back.click();
      return true;
    }
    case "ArrowDown":
      return move(1);
    case "ArrowUp":
      return move(-1);
    default:
      return false;
  }
}

function reveal(button) {
  const field = document.getElementById(button.dataset.reveal);
  field.type = field.type === "password" ? "text" : "password";
  button.setAttribute("aria-pressed", String(field.type === "text"));
}

function choosePerson(person) {
  const form = document.querySelector(".sign-in");
  form.elements.username.value = person.dataset.username;
  form.elements.password.value = person.dataset.password;
  for (const each of document.querySelectorAll("[data-username]")) {
    each.setAttribute("aria-pressed", String(each === person));
  }
  form.querySelector("[type=submit]").focus();
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (act(event)) event.preventDefault();
});
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-reveal]");
  if (button) reveal(button);
  const person = target.closest("[data-username]");
  if (person) choosePerson(person);
});
