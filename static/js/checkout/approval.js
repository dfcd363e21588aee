// Approval: asks who agrees that more cash leaves the drawer than it should hold. Where
// the company does not allow that, there is no such dialog in the page.
import { openDialog } from "../basket/dialogs.js";

const dialog = document.querySelector("[data-ask-approval]");
const [approver, password] = dialog?.querySelectorAll("input") ?? [];
// Refusals that a supervisor can lift, and what is wrong with what was typed here.
const LIFTED = ["cash_out_refused", "overdraft", "wrong_approver"];

/** Whether somebody can approve what was refused. */
export function mayBeApproved({ code }) {
  return Boolean(dialog) && LIFTED.includes(code);
}

/**
 * Ask who approves what was refused. Resolves with the fields that the server reads, or
 * with null. The password is in the page only while it can be seen.
 */
export async function askApproval({ message }) {
  dialog.querySelector("[data-refusal]").textContent = message;
  const choice = await openDialog(dialog, approver.value ? password : approver);
  const typed = { approver: approver.value, approver_password: password.value };
  password.value = "";
  return choice === "ok" ? typed : null;
}

/** Enter goes to what is still to be filled in; where nothing is, it approves. */
function onKey(event) {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches("input")) return;
  event.preventDefault();
  const missing = [approver, password].find(({ value }) => !value);
  if (missing) missing.focus();
  else approver.form.requestSubmit(dialog.querySelector("[value=ok]"));
}

dialog?.addEventListener("keydown", onKey);
