// What buttons and keys do to the selected line, and to the basket as a whole.
import { dismissAll, pressChoice, tell, tellTrouble } from "../core/screen.js";
import { focus, view } from "../core/panes.js";
import { customer, discount, question } from "../core/seldom.js";
import { isHeld } from "../checkout/taken.js";
import { word } from "../core/words.js";

export function lineCommands({ queue, basket }) {
  function setQuantity(line, quantity) {
    queue.add("set_quantity", { line: line.dataset.line, quantity });
  }

  function step(by) {
    const line = basket.current;
    if (!line) return;
    if (line.dataset.unit !== "each") {
      ask();
      return;
    }
    if (by < 0 && isHeld(basket.uid)) return;
    const quantity = Number(line.dataset.quantity) + by;
    if (quantity > 0) setQuantity(line, String(quantity));
    else remove();
  }

  async function ask() {
    const line = basket.current;
    if (!line) return;
    const { name, unit, quantity } = line.dataset;
    const isPiece = unit === "each";
    const typed = await question({
      kind: isPiece ? "count" : "measure",
      heading: isPiece ? word("ask_quantity", { name }) : word("ask_measure", { name, unit }),
      label: isPiece ? "" : unit,
      value: quantity,
      none: true,
    });
    if (typed === null) return;
    if (Number(typed) < Number(quantity) && isHeld(basket.uid)) return;
    if (Number(typed)) setQuantity(line, typed);
    else remove(line);
  }

  function remove(line = basket.current) {
    if (!line || isHeld(basket.uid)) return;
    const { line: uid, name } = line.dataset;
    const { sale } = queue.add("remove", { line: uid });
    offerUndo(word("removed", { name }), sale, { line: uid });
  }

  function discountLine() {
    const line = basket.current;
    if (!line || isHeld(basket.uid)) return;
    const { line: uid, name } = line.dataset;
    const give = (given) => queue.add("discount_line", { line: uid, ...given });
    discount(word("discount_line", { name }), line.dataset, give).catch(tellTrouble);
  }

  function discountSale() {
    if (!basket.hasLines || isHeld(basket.uid)) return;
    const give = (given) => queue.add("discount_sale", given);
    discount(word("discount_sale"), basket.root.dataset, give).catch(tellTrouble);
  }

  function clear() {
    if (!basket.hasLines || isHeld(basket.uid)) return;
    const { id, sale } = queue.add("clear");
    offerUndo(word("cleared"), sale, { operation: id });
  }

  async function note() {
    const value = basket.root.querySelector(".note-row")?.textContent.trim() ?? "";
    const text = await question({ kind: "text", heading: word("ask_note"), value });
    if (text !== null) queue.add("note", { text });
  }

  function offerUndo(title, sale, payload) {
    const act = () => sale === basket.uid && queue.add("restore", payload);
    tell("undo", { level: "ok", title, choice: { label: word("undo"), act }, seconds: 6 });
  }

  const acts = {
    select: (button) => basket.select(button.closest("[data-line]").dataset.line),
    less: () => step(-1),
    more: () => step(1),
    quantity: ask,
    remove: () => remove(),
    clear,
    note,
    "discount-line": discountLine,
    "discount-sale": discountSale,
    detach: () => queue.add("detach_customer"),
  };

  function keys({ go, acts: all, payment, addCode, products }) {
    const primary = {
      sell: () => go("payment"),
      payment: () => payment.take(),
      complete: () => all.next(),
    };
    return {
      home() {
        if (view() !== "customer") go("sell");
        focus();
        products.select();
      },
      customer: () => view() !== "complete" && go("customer"),
      parked: () => go("parked"),
      park: () => view() === "sell" && all.park(),
      primary: () => primary[view()]?.(),
      back() {
        if (basket.closeMenu()) return;
        if (view() !== "sell") go("sell");
        else products.clear(), products.takeQuantity(), dismissAll();
      },
      print: () => view() === "complete" && document.querySelector("[data-act=print]").click(),
      undo: () => pressChoice("undo"),
      quantity: () => all.quantity(),
      "discount-line": discountLine,
      "discount-sale": discountSale,
      menu: () => basket.toggleMenu(),
      up: () => basket.move(-1),
      down: () => basket.move(1),
      more: () => step(1),
      less: () => step(-1),
      remove: () => remove(),
      enter: () => products.enter(addCode),
      times: () => products.setQuantity(),
      type: () => (products.type(), false),
      amount: (event) => payment.press(event.key === "Backspace" ? "back" : event.key),
      "clear-amount": () => payment.press("clear"),
      way: (event) => payment.pick(event.key.toLowerCase()),
      pick: () => customer.pick(),
      "pick-up": () => customer.move(-1),
      "pick-down": () => customer.move(1),
    };
  }

  return { acts, keys };
}
