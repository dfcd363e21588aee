// Print: a receipt, counted by the server first, on a page as long as the paper.
import { sendApproved } from "../checkout/approval.js";
import { NoAnswer, Refused, csrfToken, report, uuid7 } from "../core/http.js";

const PIXELS_PER_MM = 96 / 25.4;
const alerts = document.querySelector("#alerts");
const page = new CSSStyleSheet();
document.adoptedStyleSheets = [...document.adoptedStyleSheets, page];
const notice = () => alerts.querySelector("[data-printing]");
let isCounting = false;

/** Make the page as long as the paper: a roll has no page height, but a page needs one. */
export function fitPage() {
  if (document.documentElement.dataset.paper === "a4") {
    page.replaceSync("@media print { @page { size: A4; margin: 0 } }");
    return;
  }
  const paper = document.querySelector(".paper");
  if (!paper) return;
  const millimetres = Math.ceil(paper.offsetHeight / PIXELS_PER_MM) + 4;
  page.replaceSync(`@media print { @page { size: 80mm ${millimetres}mm; margin: 0 } }`);
}

/**
 * Count the print, show what the paper says now, and print it. What was not counted is
 * not printed: the next paper would be a second original. Each has an id, so
 * that one that somebody approves is counted once.
 */
export async function printCounted(url) {
  if (isCounting) return;
  isCounting = true;
  let paper;
  try {
    const uid = uuid7();
    paper = await sendApproved((approval) => countPrint(url, { uid, ...approval }));
  } catch (error) {
    showNotPrinted(url, error);
    return;
  } finally {
    isCounting = false;
  }
  notice()?.remove();
  printPaper(document.querySelector("[data-paper]"), paper);
}

/** Seen while it prints, also where the next sale was started meanwhile. */
function printPaper(place, paper) {
  const { hidden } = place;
  place.innerHTML = paper;
  place.hidden = false;
  fitPage();
  document.dispatchEvent(new Event("printed"));
  print();
  place.hidden = hidden;
}

async function countPrint(url, fields) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
  const signal = AbortSignal.timeout(8000);
  let response, answer;
  try {
    const body = new URLSearchParams(fields);
    response = await fetch(url, { method: "POST", headers, signal, body });
    answer = response.ok ? await response.text() : await response.json();
  } catch {
    report(false);
    throw new NoAnswer();
  }
  report(true);
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}

/** The bar is the page's own; a refusal says why in the server's words. */
function showNotPrinted(url, error) {
  const bar = document.querySelector("[data-not-printed]").content.firstElementChild.cloneNode(true);
  if (error instanceof Refused) bar.querySelector("small").textContent = error.message;
  bar.querySelector("[data-again]").addEventListener("click", () => printCounted(url));
  notice()?.remove();
  alerts.prepend(bar);
}

addEventListener("beforeprint", fitPage);
