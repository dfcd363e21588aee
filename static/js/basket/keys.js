// The keyboard of the till. Letters on the sell screen are search, so nothing there
// hangs on one; F5, F11 and F12 are the browser's.
import { isAsking, view } from "../core/panes.js";

const field = document.querySelector("[data-scan]");

/** ``acts`` maps the names used below to what they do. */
export function bind(acts) {
  document.addEventListener("keydown", (event) => {
    if (isAsking() || event.isComposing || event.altKey || event.metaKey) return;
    const name = wanted(event);
    if (!name || !acts[name]) return;
    if (acts[name](event) !== false) event.preventDefault();
  });
}

function wanted(event) {
  const inField = event.target === field;
  const isTyping = event.target.matches("input, textarea") && !inField;
  if (event.ctrlKey) {
    const isEdited = isTyping || (inField && field.value);
    return { p: "print", z: isEdited ? null : "undo" }[event.key.toLowerCase()];
  }
  const always = { F2: "home", F4: "customer", F9: "primary", Escape: "back" };
  if (event.key === "F6") return event.shiftKey ? "parked" : "park";
  if (always[event.key]) return always[event.key];
  if (view() === "payment" && (!isTyping || event.key === "Enter")) return inPayment(event);
  if (view() === "complete" && event.key === "Enter" && !event.target.closest("a, button")) {
    return "primary";
  }
  if (view() === "sell" && !isTyping) return onSell(event, inField);
  const isFinding = event.target.matches("[data-find]");
  return view() === "customer" && isFinding ? inCustomer(event) : null;
}

function onSell(event, inField) {
  const { key } = event;
  if (key === "F7") return "quantity";
  if (key === "F8") return event.shiftKey ? "discount-sale" : "discount-line";
  if (key === "F10") return "menu";
  if (key === "ArrowUp" || key === "ArrowDown") return key === "ArrowUp" ? "up" : "down";
  if (inField && key === "Enter") return "enter";
  if (key === "*") return field.value ? "times" : "quantity";
  if (!field.value) {
    const acts = { "+": "more", "-": "less", Delete: "remove" };
    if (acts[key]) return acts[key];
  }
  const onControl = event.target.closest("button, a, [role=tab]");
  const isText = key.length === 1 && !(onControl && key === " ");
  return isText && !inField ? "type" : null;
}

function inPayment(event) {
  const { key } = event;
  if (/^\d$/.test(key) || key === "Backspace") return "amount";
  if (key === "Delete") return "clear-amount";
  if (/^[cnprv]$/i.test(key)) return "way";
  const onOther = event.target.closest("button:not([data-act=take]), a");
  return key === "Enter" && !onOther ? "primary" : null;
}

function inCustomer({ key }) {
  if (key === "ArrowUp" || key === "ArrowDown") return key === "ArrowUp" ? "pick-up" : "pick-down";
  return key === "Enter" ? "pick" : null;
}
