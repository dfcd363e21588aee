// What the server says of each operation: told to the cashier, spoken, or asked for.
import { dismiss, say, tell } from "../core/screen.js";
import { question } from "../core/seldom.js";
import { word } from "../core/words.js";

const sent = new Map();

/** Remember what an operation was about, until its outcome is known. */
export function remember(operation) {
  sent.set(operation.id, operation);
}

export function tellOutcomes(answer, { queue, basket }) {
  let line = null;
  for (const result of answer.results) {
    const operation = sent.get(result.id);
    sent.delete(result.id);
    if (!result.ok) tellRefusal(result, operation, queue);
    // What was said of a line is true until it changes.
    else if (result.line) dismiss(`line ${result.line}`);
    if (result.ok && result.code) {
      tell(`line ${result.line}`, { level: "warn", title: result.message, seconds: 8 });
    }
    if (result.ok && result.line && operation?.type !== "remove") line = result.line;
  }
  if (answer.uid !== basket.uid) return;
  if (line && !queue.pending.length) basket.select(line);
  speak(basket);
}

function tellRefusal(result, operation, queue) {
  if (result.code === "price_needed" && operation) {
    askPrice(operation, queue);
  } else if (result.code === "unknown_code") {
    const code = operation?.payload.code ?? "";
    const detail = grouped(code) || result.message;
    tell(`unknown ${code}`, { level: "danger", title: word("unknown_code"), detail, seconds: 30 });
  } else {
    tell("refused", { level: "danger", title: word("refused"), detail: result.message, seconds: 12 });
  }
}

/** A barcode as people read it out. */
function grouped(code) {
  return code.replace(/^(\d)(\d{3})(\d{3})(\d{3})(\d{3})$/, "$1 $2 $3 $4 $5");
}

async function askPrice({ payload, shown }, queue) {
  const heading = word("ask_price", { name: shown?.name ?? payload.code });
  const price = await question({ kind: "money", heading });
  if (price !== null) queue.add("add", { ...payload, price }, { ...shown, price });
}

function speak(basket) {
  const total = basket.root.querySelector("[data-due]").textContent;
  const line = basket.current;
  if (!line) {
    say(word("total", { total }));
    return;
  }
  const amount = line.querySelector(".amt").textContent;
  say(word("said_line", { name: line.dataset.name, amount, total }));
}
