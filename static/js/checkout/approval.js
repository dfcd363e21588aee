// Approval: asks who agrees to what is above a limit, or to more cash leaving the drawer
// than it should hold. The browser goes to what is missing before it submits a form.
import { openDialog } from "../core/dialog.js";
import { requestJson } from "../core/http.js";

const dialog = document.querySelector("[data-ask-approval]");
const password = dialog?.querySelector("[name=approver_password]");
// Refusals that a supervisor can approve, and what is wrong with what was typed here.
const codes = dialog?.dataset.askApproval.split(" ") ?? [];

// Digits typed after the last one of a PIN, until so many milliseconds after the panel has
// closed, were meant for the panel. A scan is known before its keys get here.
const STILL_TYPING = 500;
let dropsUntil = 0;
document.addEventListener("keydown", (event) => {
  if (!/^\d$/.test(event.key) || performance.now() > dropsUntil) return;
  event.preventDefault();
  event.stopPropagation();
}, true);
const closed = () => (dropsUntil = performance.now() + STILL_TYPING);

/**
 * Ask who approves what was refused. Resolves with the fields that the server reads, or
 * with null, at once where nobody can. Nobody is chosen at first; ``isAgain`` keeps who
 * was, after a wrong PIN. The password is in the page only while it can be seen.
 */
async function askApproval({ code, message }, isAgain) {
  if (!codes.includes(code)) return null;
  dialog.querySelector("[role=alert]").textContent = message;
  const { form } = password;
  if (!isAgain) form.reset();
  dropsUntil = 0;
  const isChosen = new FormData(form).get("approver");
  const choice = await openDialog(dialog, isChosen ? password : form.elements[0]);
  const typed = Object.fromEntries(new FormData(form));
  password.value = "";
  if (choice) closed();
  return choice ? typed : null;
}

/** Send a request, and again with who approves while the server asks for that. */
export async function sendApproved(send, mayAsk = () => true) {
  for (let approval = {}; ; ) {
    try {
      return await send(approval);
    } catch (error) {
      approval = mayAsk() ? await askApproval(error, approval.approver) : null;
      if (!approval) throw error;
    }
  }
}

const place = document.querySelector("[data-approval]");

/** Show the panel that the server has drawn; one that is open stays where it has not. */
export function showApproval(html) {
  if (!html) return;
  place.innerHTML = html;
  place.firstElementChild.showModal();
}

/** The panel stays open until the server's answer is there for ``answered``. */
export function listenForApprovals(answered) {
  place.addEventListener("submit", (event) => {
    const form = event.target;
    const { offline } = form.dataset;
    if (!offline) return;
    event.preventDefault();
    const body = Object.fromEntries(new FormData(form));
    form.approver_password.value = "";
    dropsUntil = Infinity;
    requestJson(form.action, { body }).then((answer) => {
      closed();
      place.replaceChildren();
      answered(answer);
    }, ({ code, message }) => {
      dropsUntil = 0;
      form.querySelector("[role=alert]").textContent = code ? message : offline;
    });
  });
}
