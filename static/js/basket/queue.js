// Queue: the operations on the basket, carried to the server in order until it has
// acknowledged each of them. One request is on its way at a time, and everything
// that waits goes with the next. A repeat carries the same ids, so that nothing
// is applied twice. Operations are kept in the browser's store, and survive a reload.
import { NoAnswer, Refused, uuid7 } from "../core/http.js";

const BACK_OFF = [200, 500, 1000, 2000, 5000];
const BATCH = 50;
const TIMEOUT_MS = 2000;

/**
 * Events: change, answer (detail: the server's), unreachable, signed-out, rejected
 * (detail: the error; nothing more is sent until flush) and moved.
 */
export class Queue extends EventTarget {
  #busy = false;
  #paused = false;
  #closed = false;
  #waiters = [];
  #failures = 0;
  #renumbered = 0;
  #nextSeq = 1;
  #order = 0;
  #endPause = null;

  /**
   * ``send(uid, operations)`` posts operations of a sale, and ``fetchBasket(uid)`` gets
   * its basket; both resolve with the server's answer, or reject as http.js does.
   */
  constructor(store, { send, fetchBasket }) {
    super();
    Object.assign(this, { store, send, fetchBasket });
    this.sale = null;
    this.pending = [];
    this.waiting = []; // scans that are for the next basket
  }

  /** Take up what an earlier page has left. */
  async load() {
    const kept = await this.store.operations();
    this.#order = Math.max(0, ...kept.map((operation) => operation.order));
    this.pending = kept.filter(({ waits }) => !waits);
    this.waiting = kept.filter(({ waits }) => waits);
  }

  /** From now on operations are for this sale; ``nextSeq`` is what the server expects. */
  setSale(uid, nextSeq) {
    this.sale = uid;
    const mine = this.pending.filter((operation) => operation.sale === uid);
    this.#nextSeq = Math.max(nextSeq, ...mine.map((operation) => operation.seq + 1));
  }

  /** Append an operation. ``shown`` is what its line shows until it is confirmed. */
  add(type, payload = {}, shown = null) {
    return this.#append(this.#make(type, payload, shown));
  }

  /** Put aside what is scanned while a payment is under way: it survives a reload, too. */
  putAside(payload, shown) {
    const operation = { ...this.#make("add", payload, shown), waits: true };
    this.waiting.push(operation);
    this.store.put([operation]);
  }

  /** What was put aside is for the sale that is open now. */
  takeUp() {
    const taken = this.waiting.splice(0);
    for (const operation of taken) this.#append({ ...operation, ...this.#now(), waits: false });
    return taken;
  }

  #now() {
    return { order: (this.#order += 1), at: Date.now() };
  }

  #make(type, payload, shown) {
    return { id: uuid7(), ...this.#now(), type, payload, shown };
  }

  #append(made) {
    const operation = { ...made, sale: this.sale, seq: this.#nextSeq };
    this.#nextSeq += 1;
    this.pending.push(operation);
    // Kept before it is shown. The server need not wait until the disk has it.
    this.store.put([operation]);
    this.#emit("change", { added: operation });
    queueMicrotask(() => this.flush());
    return operation;
  }

  /** Resolves once everything is acknowledged; rejects if that cannot be now, or soon. */
  drained() {
    if (!this.pending.length && !this.#busy) return Promise.resolve();
    const promise = new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      const waiting = () => Object.assign(new NoAnswer(), { waiting: this.pending.length });
      setTimeout(() => reject(waiting()), TIMEOUT_MS);
    });
    this.flush();
    return promise;
  }

  /** Send nothing until resume. */
  pause() {
    this.#paused = true;
  }

  resume() {
    this.#paused = this.#closed;
    this.flush();
  }

  /** Send nothing ever again: another window works on what waits. */
  close() {
    this.#closed = true;
    this.pause();
  }

  /** The connection is back: do not wait for the next attempt. */
  retryNow() {
    this.#endPause?.();
  }

  /** Operations of one sale become operations of another: the first one is finished. */
  move(from, to) {
    const moved = this.pending.filter((operation) => operation.sale === from);
    if (this.sale === from) this.setSale(to, 1);
    for (const operation of moved) {
      operation.sale = to;
      operation.seq = this.#nextSeq;
      this.#nextSeq += 1;
    }
    this.store.put(moved);
    this.#emit("moved", { from, to });
    return moved.length;
  }

  /** Drop what the server rejects. */
  discard() {
    const ids = this.pending.map((operation) => operation.id);
    this.pending = [];
    this.#emit("change");
    return this.store.remove(ids);
  }

  /** Send what waits, unless that is happening already. */
  async flush() {
    if (this.#busy) return;
    this.#busy = true;
    let failure = null;
    while (this.pending.length && !this.#paused && !failure) {
      const { sale } = this.pending[0];
      const batch = this.pending.filter((operation) => operation.sale === sale);
      try {
        await this.#send(sale, batch.slice(0, BATCH));
      } catch (error) {
        failure = await this.#handleFailure(error, sale);
      }
    }
    this.#busy = false;
    this.#settle(failure);
  }

  async #send(sale, batch) {
    const operations = batch.map(({ id, seq, type, payload }) => ({ id, seq, type, payload }));
    const answer = await this.send(sale, operations);
    this.#failures = 0;
    this.#renumbered = 0;
    const done = new Set(answer.acknowledged);
    this.pending = this.pending.filter((operation) => !done.has(operation.id));
    this.store.remove([...done]);
    if (!done.size) {
      // Behind a gap in the numbers nothing is acknowledged: close it.
      this.#renumber(sale, answer.next_seq);
      throw new NoAnswer();
    }
    this.take(answer);
  }

  /** What the server says of a sale, asked by this queue or not. */
  take(answer) {
    if (answer.uid === this.sale) this.setSale(answer.uid, answer.next_seq);
    this.#emit("answer", answer);
    this.#emit("change");
  }

  /** Resolves with null where sending goes on, else with the error that stops it. */
  async #handleFailure(error, sale) {
    if (error instanceof NoAnswer) {
      this.#emit("unreachable");
      await this.#wait(error.retryAfter * 1000);
      return null;
    }
    if (!(error instanceof Refused)) throw error;
    if (error.status === 401) {
      this.#emit("signed-out");
      return error;
    }
    if (error.code === "sequence_taken" && this.#renumbered < 5) {
      this.#renumbered += 1;
      try {
        const answer = await this.fetchBasket(sale);
        this.#renumber(sale, answer.next_seq);
      } catch (other) {
        return this.#handleFailure(other, sale);
      }
      return null;
    }
    if (error.code === "sale_not_open") {
      this.move(sale, sale === this.sale ? uuid7() : this.sale);
      return null;
    }
    this.#renumbered = 0;
    this.#emit("rejected", error);
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
      this.#endPause = resolve;
      setTimeout(resolve, Math.max(pause, least));
    });
  }

  #settle(error) {
    if (this.pending.length && !error) return;
    const waiters = this.#waiters.splice(0);
    for (const { resolve, reject } of waiters) error ? reject(error) : resolve();
  }

  #emit(name, detail = null) {
    this.dispatchEvent(Object.assign(new Event(name), { detail }));
  }
}
