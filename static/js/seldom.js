// What few sales need is fetched when the till is ready, so that no scan waits for it.
import { NoAnswer } from "./http.js";

function lost() {
  throw new NoAnswer();
}
const discounts = () => import("./discount.js").catch(lost);
const voids = () => import("./voids.js").catch(lost);

export function fetchSeldom() {
  Promise.allSettled([discounts(), voids()]);
}

/** Ask for a discount; ``give`` gets what was answered, if anything was. */
export async function discount(heading, given, give) {
  const answer = await (await discounts()).askDiscount(heading, given);
  if (answer) give(answer);
}

export async function giveUp(parts) {
  await (await voids()).giveUp(parts);
}
