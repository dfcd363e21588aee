// Dialog: asks, and resolves with the answer; on every page.
let closedEach = () => {};

/** What a page does after each dialog. */
export function whenClosed(act) {
  closedEach = act;
}

const unanswered = new Map();

/** Open a dialog. Resolves with the value of the button that closed it, or "". */
export function openDialog(dialog, home) {
  answerClosed();
  dialog.returnValue = "";
  dialog.showModal();
  home.focus();
  return new Promise((resolve) => unanswered.set(dialog, resolve));
}

// The event of a closing may come after the next key, which may ask the next question: what is
// closed is answered before the key does anything.
function answerClosed() {
  for (const [dialog, resolve] of unanswered) {
    if (dialog.open) continue;
    unanswered.delete(dialog);
    closedEach();
    resolve(dialog.returnValue);
  }
}

for (const event of ["close", "keydown", "pointerdown"]) {
  window.addEventListener(event, answerClosed, true);
}
