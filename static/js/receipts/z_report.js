// A Z report printed on a roll or on a sheet; on the roll at once after a close.
import { fitPage } from "./print.js";

const root = document.documentElement;

function printOn(paper) {
  root.dataset.paper = paper;
  fitPage();
  print();
}

document.querySelector("[data-print-roll]").addEventListener("click", () => printOn("roll"));
document.querySelector("[data-print-sheet]").addEventListener("click", () => printOn("a4"));
if (document.querySelector("[data-print-now]")) {
  // Loading the page again prints nothing.
  history.replaceState(null, "", location.pathname);
  printOn("roll");
}
