// One window works on a till at a time. A second one looks on, and may take over.
import { tell } from "./messages.js";
import { word } from "./words.js";

/** Resolves with whether this window may work; ``lost()`` when another takes over. */
export function becomeWriter(till, lost) {
  // Locks need a secure context; without one, windows are told apart by nobody.
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    const forever = () => new Promise(() => {});
    navigator.locks
      .request(name(till), { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock && forever();
      })
      .catch(lost);
  });
}

export function lookOn(till) {
  for (const part of document.querySelectorAll("[data-pane], [data-basket]")) part.inert = true;
  tell("elsewhere", {
    level: "info",
    title: word("elsewhere"),
    detail: word("elsewhere_hint"),
    choice: { label: word("take_over"), act: () => takeOver(till) },
    stays: true,
  });
}

function takeOver(till) {
  navigator.locks.request(name(till), { steal: true }, () => location.reload());
}

function name(till) {
  return `tillkeeper:${till}`;
}
