// Beside the total of a basket that is paid in part: what was taken, and what is left.
import { money, toMinor } from "../core/money.js";
import { recall } from "./taken.js";
import { word } from "../core/words.js";

let round = 0;

/** What is left is the server's to say; ``leftOf(uid)`` asks it. */
export async function draw({ basket, place, leftOf }) {
  const { uid, root } = basket;
  const mine = (round += 1);
  const taken = recall(uid);
  place.querySelector("[data-held]")?.remove();
  place.classList.toggle("held", taken.length > 0);
  charge(place);
  if (!taken.length) return;
  const sum = taken.reduce((amount, { tendered }) => amount + toMinor(tendered), 0);
  const row = document.createElement("div");
  row.dataset.held = "";
  const left = document.createElement("b");
  row.append(`${word("taken_so_far")} ${money(sum)}`, left);
  (place.querySelector("[data-exchange-foot] .sum") ?? root.querySelector(".sum")).append(row);
  const amount = await leftOf(uid);
  if (mine !== round) return;
  left.textContent = `${word("left_to_pay")} ${money(amount)}`;
  charge(place, money(amount));
}

/** The buttons that lead to the payment say what is left, or else the total. */
function charge(place, left) {
  for (const button of place.querySelectorAll(".pay")) {
    const total = button.closest(".basket, .swap-f").querySelector(".tot output");
    button.querySelector("b").textContent = left ?? total.textContent;
  }
}
