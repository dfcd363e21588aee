// What few sales need is fetched when the till is ready, so that no scan waits for it;
// what asks the server anyway, only when it is wanted.
import { NoAnswer } from "./http.js";
import { tellTrouble } from "./screen.js";
import { recall } from "../checkout/taken.js";

function lost() {
  throw new NoAnswer();
}
let asking = null;
const questions = () => import("../basket/ask.js").then((module) => (asking = module), lost);
const discounts = () => import("../basket/dialogs.js").catch(lost);
const voids = () => import("../basket/voids.js").catch(lost);
const printing = () => import("../receipts/print.js").catch(lost);
const stuck = () => import("../basket/stuck.js").catch(lost);

/** What comes back beside the basket; nothing, for nearly every sale. */
export const exchange = { query: () => "", content: () => ({}), approval() {}, end() {} };

export async function beginExchange(parts) {
  if (!Object.keys(sessionStorage).some((key) => key.startsWith("exchange:"))) return;
  Object.assign(exchange, (await import("../refunds/exchange.js").catch(lost)).exchangeAt(parts));
  await exchange.begin();
}

export function fetchSeldom() {
  Promise.allSettled([questions(), discounts()]);
}

/** Ask beside the basket (ask.js). */
export async function question(options) {
  try {
    return await (asking ?? (await questions())).question(options);
  } catch (error) {
    tellTrouble(error);
    return null;
  }
}

/** A finished sale is likely to be printed. */
export function fetchPrinting() {
  printing().catch(() => {});
}

/** Ask for a discount; ``give`` gets what was answered, if anything was. */
export async function discount(heading, given, give) {
  const answer = await (await discounts()).askDiscount(heading, given);
  if (answer) give(answer);
}

export async function printCounted(url) {
  await (await printing()).printCounted(url);
}

export async function tellStuck(queue, error) {
  (await stuck()).tellStuck(queue, error);
}

export async function giveUp(parts) {
  await (await voids()).giveUp({ ...parts, ended: (uid) => exchange.end(uid) });
}

/** The customer's pane, whose code comes with the first look: it asks the server anyway. */
export const customer = { reset() {}, look() {}, pick: () => (isPicked = true), move() {} };
let isPicked = false;
let isSought = false;

export async function seekCustomer(attach) {
  if (isSought) return;
  const module = await import("../customers/customer.js").catch(lost);
  if (!isSought) module.seek(attach);
  isSought = true;
  Object.assign(customer, module);
  if (isPicked) customer.pick();
  isPicked = false;
}

/** What was taken of the payment of this basket, on the screen for selling. */
export async function showTaken(parts) {
  if (!recall(parts.basket.uid).length && !parts.place.matches(".held")) return;
  await (await import("../checkout/held.js").catch(lost)).draw(parts);
}

/** Another window works on this till; this one only looks on. */
export async function lookOn(till) {
  for (const part of document.querySelectorAll("[data-pane], [data-basket]")) part.inert = true;
  (await import("../basket/onlooker.js").catch(lost)).lookOn(till);
}
