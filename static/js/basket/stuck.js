// The server will not take what waits: try again, or give it up knowingly.
import { tell } from "../core/screen.js";
import { word } from "../core/words.js";

export function tellStuck(queue, error) {
  if (error.code === "no_open_shift") {
    // The page as it is now offers to open one; what waits is sent after that.
    const open = { label: word("open_shift"), act: () => location.reload() };
    tell("stuck", { level: "warn", title: error.message, choice: open, stays: true });
    return;
  }
  const again = { label: word("retry"), act: () => queue.pump() };
  const giveUp = { label: word("discard"), act: () => discard(queue) };
  tell("stuck", {
    level: "danger",
    title: word("stuck", { n: queue.pending.length }),
    detail: error.message,
    choices: [again, giveUp],
    stays: true,
  });
}

async function discard(queue) {
  await queue.discard();
  location.reload();
}
