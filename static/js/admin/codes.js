// Codes: in the back office, Enter in the field of a code goes on and saves nothing, also
// where a slow scanner is not known as one.
import { goToNextField } from "../core/scanner.js";

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("[data-takes-scan]")) return;
  event.preventDefault();
  goToNextField(event.target);
});
