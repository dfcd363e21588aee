// The receipts page: printing, a scanned receipt, and the keys it knows.
import { printCounted } from "./print.js";
import { listen } from "../core/scanner.js";

const form = document.querySelector("[data-print-form]");
const field = document.querySelector("[data-focus]");

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  await printCounted(form.action);
});
// A receipt is found by its barcode wherever the focus is.
listen({
  remember: () => null,
  scanned(code) {
    field.value = code;
    field.form.requestSubmit();
  },
});
document.addEventListener("keydown", (event) => {
  if (event.key === "F2") {
    event.preventDefault();
    field.select();
  }
  if (event.key === "F9" || (event.ctrlKey && event.key.toLowerCase() === "p")) {
    event.preventDefault();
    form?.requestSubmit();
  }
});
