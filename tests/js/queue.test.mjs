// Queue: nothing is lost, doubled or put out of order, whatever the line does.
import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { once } from "node:events";
import { beforeEach, test } from "node:test";
import { Queue } from "../../static/js/basket/queue.js";
import { openStore } from "../../static/js/basket/store.js";
import { NoAnswer, Refused, uuid7 } from "../../static/js/core/http.js";

globalThis.crypto ??= webcrypto; // Node 18 has it under this name alone

const SALE = "sale-1";
const OTHER = "sale-2";

/** Keeps rows as the browser's database does: copies, until they are removed. */
class Rows {
  kept = new Map();
  async operations() {
    return [...this.kept.values()].sort((a, b) => a.order - b.order);
  }
  async put(operations) {
    for (const operation of operations) this.kept.set(operation.id, structuredClone(operation));
  }
  async remove(ids) {
    for (const id of ids) this.kept.delete(id);
  }
}

/** Applies each operation once and in order, like the server; ``faults`` come first. */
class Server {
  sales = new Map();
  requests = [];
  faults = [];

  sale(uid) {
    if (!this.sales.has(uid)) this.sales.set(uid, { ids: [], codes: [] });
    return this.sales.get(uid);
  }

  async send(uid, operations) {
    this.requests.push({ uid, ids: operations.map(({ id }) => id) });
    const fault = this.faults.shift();
    if (fault?.before) throw fault.before;
    const sale = this.sale(uid);
    const acknowledged = [];
    for (const { id, seq, payload } of operations) {
      if (!sale.ids.includes(id)) {
        if (seq !== sale.ids.length + 1) break;
        sale.ids.push(id);
        sale.codes.push(payload.code);
      }
      acknowledged.push(id);
    }
    if (fault?.after) throw fault.after;
    return { uid, acknowledged, next_seq: sale.ids.length + 1, results: [] };
  }

  async fetchBasket(uid) {
    return { uid, next_seq: this.sale(uid).ids.length + 1 };
  }
}

let server;
let rows;

async function makeQueue(sale = SALE) {
  const queue = new Queue(rows, {
    send: (...sent) => server.send(...sent),
    fetchBasket: (uid) => server.fetchBasket(uid),
  });
  await queue.load();
  queue.setSale(sale, server.sale(sale).ids.length + 1);
  return queue;
}

function scan(queue, ...codes) {
  return codes.map((code) => queue.add("add", { code }));
}

function refusal(status, code) {
  return new Refused(status, { error: { code, message: code } });
}

beforeEach(() => {
  server = new Server();
  rows = new Rows();
});

test("operations reach the server in order, and are kept until it has them", async () => {
  const queue = await makeQueue();

  scan(queue, "a", "b", "c");
  assert.equal(queue.pending.length, 3);
  await queue.drained();

  assert.deepEqual(server.sale(SALE).codes, ["a", "b", "c"]);
  assert.equal(queue.pending.length, 0);
  assert.equal(rows.kept.size, 0);
});

test("one request is on its way at a time, and what waits goes with the next", async () => {
  const queue = await makeQueue();
  let isBusy = false;
  const { send } = server;
  server.send = async function (...sent) {
    assert.equal(isBusy, false);
    isBusy = true;
    await new Promise((resolve) => setTimeout(resolve, 5));
    isBusy = false;
    return send.apply(this, sent);
  };

  for (let i = 0; i < 120; i += 1) scan(queue, `code ${i}`);
  await queue.drained();

  assert.equal(server.sale(SALE).codes.length, 120);
  assert.ok(server.requests.length <= 4);
  assert.ok(server.requests.every(({ ids }) => ids.length <= 50));
});

test("a request that did not arrive is sent again", async () => {
  const queue = await makeQueue();
  server.faults = [{ before: new NoAnswer() }];
  const unreachable = once(queue, "unreachable");

  scan(queue, "a");
  await unreachable;
  await queue.drained();

  assert.deepEqual(server.sale(SALE).codes, ["a"]);
});

test("a lost answer is asked for again under the same ids, and counts once", async () => {
  const queue = await makeQueue();
  server.faults = [{ after: new NoAnswer() }];

  scan(queue, "a");
  await queue.drained();

  assert.deepEqual(server.sale(SALE).codes, ["a"]);
  const [first, second] = server.requests;
  assert.deepEqual(first.ids, second.ids.slice(0, 1));
});

test("when the connection is back, the pause ends at once", async () => {
  const queue = await makeQueue();
  server.faults = [{ before: new NoAnswer(1.5) }];
  const unreachable = once(queue, "unreachable");
  scan(queue, "a");
  await unreachable;
  await new Promise((resolve) => setTimeout(resolve, 10));

  const start = performance.now();
  queue.retryNow();
  await queue.drained();

  assert.deepEqual(server.sale(SALE).codes, ["a"]);
  assert.ok(performance.now() - start < 1000);
});

test("what an earlier page has left is sent first", async () => {
  const queue = await makeQueue();
  queue.pause();
  scan(queue, "a", "b");

  const reloaded = await makeQueue();
  scan(reloaded, "c");
  await reloaded.drained();

  assert.deepEqual(server.sale(SALE).codes, ["a", "b", "c"]);
});

test("while it pauses nothing is sent, and afterwards everything", async () => {
  const queue = await makeQueue();
  queue.pause();
  scan(queue, "a");
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(server.requests.length, 0);

  queue.resume();
  await queue.drained();

  assert.deepEqual(server.sale(SALE).codes, ["a"]);
});

test("a sequence number that is in use is replaced", async () => {
  const queue = await makeQueue();
  server.sale(SALE).ids.push("from another till");
  server.faults = [{ before: refusal(409, "sequence_taken") }];

  scan(queue, "a", "b");
  await queue.drained();

  assert.deepEqual(server.sale(SALE).codes, ["a", "b"]);
});

test("it is replaced after a long time without a line, too", { timeout: 20_000 }, async () => {
  const queue = await makeQueue();
  server.sale(SALE).ids.push("from another till");
  const lost = Array.from({ length: 6 }, () => ({ before: new NoAnswer() }));
  server.faults = [...lost, { before: refusal(409, "sequence_taken") }];
  queue.addEventListener("unreachable", () => setTimeout(() => queue.retryNow()));

  scan(queue, "a");
  await queue.drained();

  assert.deepEqual(server.sale(SALE).codes, ["a"]);
});

test("a gap in the numbers is closed", async () => {
  const queue = await makeQueue();
  queue.setSale(SALE, 5);

  scan(queue, "a", "b");
  await queue.drained();

  assert.deepEqual(server.sale(SALE).codes, ["a", "b"]);
});

test("what was scanned for a sale that is closed goes to another", async () => {
  const queue = await makeQueue();
  server.faults = [{ before: refusal(409, "sale_not_open") }];
  const moved = once(queue, "moved");

  scan(queue, "a", "b");
  const [{ detail }] = await moved;
  await queue.drained();

  assert.equal(detail.from, SALE);
  assert.equal(queue.sale, detail.to);
  assert.deepEqual(server.sale(detail.to).codes, ["a", "b"]);
  assert.deepEqual(server.sale(SALE).codes, []);
});

test("operations that are moved join those of the other sale", async () => {
  const queue = await makeQueue();
  queue.pause();
  scan(queue, "a");
  queue.setSale(OTHER, 1);
  scan(queue, "b");

  assert.equal(queue.move(SALE, OTHER), 1);
  queue.resume();
  await queue.drained();

  assert.deepEqual([...server.sale(OTHER).codes].sort(), ["a", "b"]);
});

test("a signed-out cashier loses nothing, and goes on after signing in", async () => {
  const queue = await makeQueue();
  server.faults = [{ before: refusal(401, "signed_out") }];
  const signedOut = once(queue, "signed-out");

  scan(queue, "a");
  await signedOut;
  assert.equal(rows.kept.size, 1);
  await queue.flush();

  assert.deepEqual(server.sale(SALE).codes, ["a"]);
});

test("what the server rejects stops the queue until it is sent again or discarded", async () => {
  const queue = await makeQueue();
  server.faults = [{ before: refusal(422, "no_open_shift") }];
  const rejected = once(queue, "rejected");

  scan(queue, "a");
  const [{ detail }] = await rejected;
  assert.equal(detail.code, "no_open_shift");
  assert.equal(server.requests.length, 1);

  await queue.discard();
  assert.equal(queue.pending.length, 0);
  assert.equal(rows.kept.size, 0);
});

test("waiting for the queue fails if it cannot be emptied soon", async () => {
  const queue = await makeQueue();
  server.faults = [{ before: new NoAnswer(2.5) }];
  scan(queue, "a");

  await assert.rejects(queue.drained(), (error) => error.waiting === 1);
});

test("without a database in the browser the queue works, and says so", async () => {
  rows = await openStore("till-1");
  assert.ok(rows.isInMemory);
  const queue = await makeQueue();

  scan(queue, "a");
  await queue.drained();

  assert.deepEqual(server.sale(SALE).codes, ["a"]);
});

test("an id is a version 7 UUID, and later ones sort later", async () => {
  const first = uuid7();
  await new Promise((resolve) => setTimeout(resolve, 2));

  assert.match(first, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.ok(first < uuid7());
});
