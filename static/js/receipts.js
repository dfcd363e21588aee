// The receipts page: printing, and the two keys it knows.
import { printCounted } from "./print.js";

const form = document.querySelector("[data-print-form]");
const field = document.querySelector("[data-focus]");

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  await printCounted(form.action);
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
