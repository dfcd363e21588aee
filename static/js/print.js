// Printing a receipt: counted by the server first, on a page as long as the paper.
import { csrfToken } from "./http.js";

const PIXELS_PER_MM = 96 / 25.4;
const page = new CSSStyleSheet();
document.adoptedStyleSheets = [...document.adoptedStyleSheets, page];

/** A roll has no page height, but a page needs one. */
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

/** Count the print, show what the paper says now, and print it. */
export async function printCounted(url) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" },
  });
  if (!response.ok) return;
  document.querySelector("[data-paper]").innerHTML = await response.text();
  fitPage();
  print();
}

addEventListener("beforeprint", fitPage);
