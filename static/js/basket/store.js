// What must survive a reload: entries not yet acknowledged, and a payment on its way.
const NAME = "tillkeeper";
const strict = { durability: "strict" };

function finished(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function open() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("operations", { keyPath: "id" });
    request.result.createObjectStore("payments", { keyPath: "till" });
  };
  return finished(request);
}

class Store {
  constructor(database, till) {
    this.database = database;
    this.till = till;
  }

  #write(name, act) {
    const transaction = this.database.transaction(name, "readwrite", strict);
    act(transaction.objectStore(name));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
  }

  /** This till's operations in the order in which they were made. */
  async operations() {
    const store = this.database.transaction("operations").objectStore("operations");
    const all = await finished(store.getAll());
    return all.filter((row) => row.till === this.till).sort((a, b) => a.order - b.order);
  }

  put(operations) {
    return this.#write("operations", (store) => {
      for (const operation of operations) store.put({ ...operation, till: this.till });
    });
  }

  remove(ids) {
    return this.#write("operations", (store) => {
      for (const id of ids) store.delete(id);
    });
  }

  async payment() {
    const store = this.database.transaction("payments").objectStore("payments");
    return finished(store.get(this.till));
  }

  putPayment(payment) {
    return this.#write("payments", (store) => store.put({ ...payment, till: this.till }));
  }

  clearPayment() {
    return this.#write("payments", (store) => store.delete(this.till));
  }
}

/** Where the browser keeps nothing (a private window), memory has to do. */
class Memory {
  async operations() {
    return [];
  }
  async payment() {}
  async put() {}
  async remove() {}
  async putPayment() {}
  async clearPayment() {}
}

export async function openStore(till) {
  try {
    return new Store(await open(), till);
  } catch {
    return new Memory();
  }
}

export function keepsNothing(store) {
  return store instanceof Memory;
}
