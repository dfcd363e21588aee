// An amount of cash typed cents first, by keypad or keyboard.
import { toMinor, toPlain, typed } from "./money.js";

/** Let the pad and the keyboard fill the field; tell what it holds, in minor units. */
export function attachPad(pad, field, changed) {
  const read = () => toMinor(field.value || "0");

  function press(key) {
    const minor = typed(read(), key);
    field.value = minor ? toPlain(minor) : "";
    changed(minor);
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
  field.addEventListener("input", () => changed(read()));
  changed(read());
}
