// Why something is done: chosen from what is usual, or typed.
import { focus } from "../core/panes.js";

/** The reason in a dialog; ``get`` and ``set``. */
export function reasonIn(dialog) {
  const field = dialog.querySelector("[data-reason-text]");
  const choices = [...dialog.querySelectorAll("[data-reason-choice]")];

  function mark() {
    for (const choice of choices) {
      const isChosen = choice.dataset.reasonChoice === field.value;
      choice.setAttribute("aria-pressed", String(isChosen));
    }
  }

  for (const choice of choices) {
    choice.addEventListener("click", () => {
      field.value = choice.dataset.reasonChoice;
      mark();
      dialog.querySelector("[value=ok]").focus();
    });
  }
  field.addEventListener("input", mark);
  // The browser would take the first button, which closes and forgets.
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    const done = dialog.querySelector("[value=ok]");
    if (!done.disabled) field.form.requestSubmit(done);
  });
  return {
    get: () => field.value.trim(),
    set(text) {
      field.value = text;
      mark();
    },
  };
}

/** Open a dialog. Resolves with the value of the button that closed it, or "". */
export function opened(dialog, home) {
  dialog.returnValue = "";
  dialog.showModal();
  home.focus();
  return new Promise((resolve) => {
    const closed = () => {
      focus();
      resolve(dialog.returnValue);
    };
    dialog.addEventListener("close", closed, { once: true });
  });
}
