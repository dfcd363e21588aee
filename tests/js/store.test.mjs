// Store: a row that is gone stays gone, whatever the browser's database does meanwhile.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openStore } from "../../static/js/basket/store.js";

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Resolves as a request to the browser's database does: a little later. */
function request(give) {
  const made = {};
  setTimeout(() => {
    made.result = give();
    made.onsuccess();
  }, 5);
  return made;
}

/** A database that can be closed from outside, as the browser does. */
class Database {
  static opened = null;
  static disk = { operations: new Map(), payments: new Map() };
  isClosed = false;

  close() {
    this.isClosed = true;
  }

  transaction() {
    if (this.isClosed) throw new Error("closed");
    const transaction = {
      objectStore: (name) => ({
        put: (row) => Database.disk[name].set(row.id, row),
        delete: (key) => Database.disk[name].delete(key),
        getAll: () => request(() => [...Database.disk[name].values()]),
      }),
    };
    setTimeout(() => transaction.oncomplete?.(), 5);
    return transaction;
  }
}

globalThis.indexedDB = { open: () => request(() => (Database.opened = new Database())) };
globalThis.localStorage = Object.create({
  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  },
  setItem(key, text) {
    this[key] = text;
  },
  removeItem(key) {
    delete this[key];
  },
});

test("a row removed while the database is opened again stays gone", async () => {
  const store = await openStore("till-1");
  await store.operations();
  Database.opened.close();

  store.put([{ id: "a", order: 1 }]);
  await pause(2);
  await store.remove(["a"]);

  assert.deepEqual(Object.keys(localStorage), []);
  const next = await openStore("till-1");
  assert.deepEqual(await next.operations(), []);
});
