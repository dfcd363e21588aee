// Receipts: printing one, a scanned one, and the keys of their page; and a Z report
// printed on a roll or on a sheet, on the roll at once after a close.
import { listenForScans } from "../core/scanner.js";
import { fitPage, printCounted } from "./print.js";

// --- the page of receipts ----------------------------------------------------

const form = document.querySelector("[data-print-form]");
const field = document.querySelector("[data-focus]");

function onKey(event) {
  if (event.key === "F2") {
    event.preventDefault();
    field.select();
  }
  if (event.key === "F9" || (event.ctrlKey && event.key.toLowerCase() === "p")) {
    event.preventDefault();
    form?.requestSubmit();
  }
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  await printCounted(form.action);
});
// The answer to a print also says what the next one will be.
document.addEventListener("printed", () => {
  const { content } = document.querySelector("[data-paper] template");
  for (const part of content.querySelectorAll("[data-next-print]")) {
    const place = `[data-next-print=${part.dataset.nextPrint}]`;
    document.querySelector(place).replaceWith(part);
  }
});
if (field) {
  // A receipt is found by its barcode wherever the focus is.
  listenForScans({
    scanned(code, positions) {
      // On a computer with another layout a receipt's own barcode reads 1)S)000727.
      field.value = /^[\w-]*\d[\w-]*$/.test(code) ? code : positions;
      field.form.requestSubmit();
    },
  });
  document.addEventListener("keydown", onKey);
}

// --- the page of a Z report --------------------------------------------------

function printOn(paper) {
  document.documentElement.dataset.paper = paper;
  fitPage();
  print();
}

document.querySelector("[data-print-roll]")?.addEventListener("click", () => printOn("roll"));
document.querySelector("[data-print-sheet]")?.addEventListener("click", () => printOn("a4"));
if (document.querySelector("[data-print-now]")) {
  // Loading the page again prints nothing.
  history.replaceState(null, "", location.pathname);
  printOn("roll");
}
