// The operations on the basket, carried to the server in order until it has
// acknowledged each of them. One request is on its way at a time, and everything
// that waits goes with the next. A repeat carries the same ids, so that nothing
// is applied twice. Survives a reload (store.js).
import { NoAnswer, Refused, ask } from "../core/http.js";
import { uuid7 } from "../core/uid.js";

const BACK_OFF = [200, 500, 1000, 2000, 5000];
const BATCH = 50;
const PATIENCE = 2000;

/** Events: change, answer (detail: the server's), trouble, signed-out, stuck, moved. */
export class Queue extends EventTarget {
  #busy = false;
  #paused = false;
  #waiters = [];
  #failures = 0;
  #nextSeq = 1;
  #order = 0;

  /** ``addresses`` has ``operations`` and ``basket``: the sale's uid to an address. */
  constructor(store, addresses) {
    super();
    this.store = store;
    this.addresses = addresses;
    this.sale = null;
    this.pending = [];
    addEventListener("online", () => this.#wake?.());
    addEventListener("focus", () => this.#busy || this.pump());
  }
  #wake = null;

  async load() {
    this.pending = await this.store.operations();
    this.#order = Math.max(0, ...this.pending.map((operation) => operation.order));
  }

  /** From now on operations are for this sale; ``nextSeq`` is what the server expects. */
  setSale(uid, nextSeq) {
    this.sale = uid;
    const mine = this.pending.filter((operation) => operation.sale === uid);
    this.#nextSeq = Math.max(nextSeq, ...mine.map((operation) => operation.seq + 1));
  }

  /** Append an operation. ``shown`` is what its line shows until it is confirmed. */
  add(type, payload = {}, shown = null) {
    const operation = {
      id: uuid7(),
      sale: this.sale,
      seq: this.#nextSeq,
      order: (this.#order += 1),
      at: Date.now(),
      type,
      payload,
      shown,
    };
    this.#nextSeq += 1;
    this.pending.push(operation);
    this.store.put([operation]).then(() => this.pump(), () => this.pump());
    this.#tell("change", { added: operation });
    return operation;
  }

  /** Resolves once everything is acknowledged; rejects if that cannot be now, or soon. */
  drained() {
    if (!this.pending.length && !this.#busy) return Promise.resolve();
    const promise = new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      const waiting = () => Object.assign(new NoAnswer(), { waiting: this.pending.length });
      setTimeout(() => reject(waiting()), PATIENCE);
    });
    this.pump();
    return promise;
  }

  pause() {
    this.#paused = true;
  }

  resume() {
    this.#paused = false;
    this.pump();
  }

  /** What was meant for one sale is for another: the first one is finished. */
  move(from, to) {
    const moved = this.pending.filter((operation) => operation.sale === from);
    if (this.sale === from) this.setSale(to, 1);
    for (const operation of moved) {
      operation.sale = to;
      operation.seq = this.#nextSeq;
      this.#nextSeq += 1;
    }
    this.store.put(moved);
    this.#tell("moved", { from, to });
    return moved.length;
  }

  /** Give up what the server will not take. */
  discard() {
    const ids = this.pending.map((operation) => operation.id);
    this.pending = [];
    this.#tell("change");
    return this.store.remove(ids);
  }

  async pump() {
    if (this.#busy) return;
    this.#busy = true;
    let given = null;
    while (this.pending.length && !this.#paused && !given) {
      const { sale } = this.pending[0];
      const batch = this.pending.filter((operation) => operation.sale === sale);
      try {
        await this.#send(sale, batch.slice(0, BATCH));
      } catch (error) {
        given = await this.#cope(error, sale);
      }
    }
    this.#busy = false;
    this.#settle(given);
  }

  async #send(sale, batch) {
    const operations = batch.map(({ id, seq, type, payload }) => ({ id, seq, type, payload }));
    const answer = await ask(this.addresses.operations(sale), { body: { operations } });
    this.#failures = 0;
    const done = new Set(answer.acknowledged);
    this.pending = this.pending.filter((operation) => !done.has(operation.id));
    this.store.remove([...done]);
    if (!done.size) {
      // Behind a gap in the numbers nothing is acknowledged: close it.
      this.#renumber(sale, answer.next_seq);
      throw new NoAnswer();
    }
    if (sale === this.sale) this.setSale(sale, answer.next_seq);
    this.#tell("answer", answer);
    this.#tell("change");
  }

  /** Returns nothing where sending goes on, else the error that stops it. */
  async #cope(error, sale) {
    if (error instanceof NoAnswer) {
      this.#tell("trouble");
      await this.#wait(error.retryAfter * 1000);
      return null;
    }
    if (!(error instanceof Refused)) throw error;
    if (error.status === 401) {
      this.#tell("signed-out");
      return error;
    }
    this.#failures += 1;
    if (error.code === "sequence_taken" && this.#failures < 5) {
      try {
        const answer = await ask(this.addresses.basket(sale));
        this.#renumber(sale, answer.next_seq);
      } catch (trouble) {
        return this.#cope(trouble, sale);
      }
      return null;
    }
    if (error.code === "sale_not_open") {
      this.move(sale, sale === this.sale ? uuid7() : this.sale);
      return null;
    }
    this.#tell("stuck", error);
    return error;
  }

  #renumber(sale, nextSeq) {
    const mine = this.pending.filter((operation) => operation.sale === sale);
    mine.forEach((operation, i) => {
      operation.seq = nextSeq + i;
    });
    if (sale === this.sale) this.#nextSeq = nextSeq + mine.length;
    this.store.put(mine);
  }

  #wait(least) {
    const pause = BACK_OFF[Math.min(this.#failures, BACK_OFF.length - 1)];
    this.#failures += 1;
    return new Promise((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, Math.max(pause, least));
    });
  }

  #settle(error) {
    if (this.pending.length && !error) return;
    const waiters = this.#waiters.splice(0);
    for (const { resolve, reject } of waiters) error ? reject(error) : resolve();
  }

  #tell(name, detail = null) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
