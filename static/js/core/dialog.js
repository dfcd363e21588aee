// Dialog: asks, and resolves with the answer; on every page.
let closedEach = () => {};

/** What a page does after each dialog. */
export function whenClosed(act) {
  closedEach = act;
}

/**
 * Open a dialog. Resolves with the value of the button that closed it, or "". It asks until
 * then: the event of its closing comes later, and would answer a question that was asked since.
 */
export function openDialog(dialog, home) {
  dialog.returnValue = "";
  dialog.dataset.asks = "";
  dialog.showModal();
  home.focus();
  return new Promise((resolve) => {
    const closed = () => {
      delete dialog.dataset.asks;
      closedEach();
      resolve(dialog.returnValue);
    };
    dialog.addEventListener("close", closed, { once: true });
  });
}
