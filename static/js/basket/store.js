// Store: what must survive a reload: operations, and a payment on its way. The browser's
// database keeps them. It commits a little after a line is painted, and may not answer the
// next page in time: a note in localStorage, which is written at once, holds each row as
// long as the row is there. What is noted wins over what the database says.
const DATABASE = "tillkeeper";
const TABLES = { operations: "id", payments: "till" };
const TIMEOUT_MS = 4000;
const PAYMENT_TIMEOUT_MS = 500;
const UNLOAD_TIMEOUT_MS = 5000;

function withTimeout(promise) {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("The browser's database does not answer")), TIMEOUT_MS);
    promise.then(resolve, reject);
  });
}

function finished(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function openDatabase() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    for (const [name, keyPath] of Object.entries(TABLES)) {
      request.result.createObjectStore(name, { keyPath });
    }
  };
  try {
    return await withTimeout(finished(request));
  } catch (error) {
    // Opened too late, it would hold up a later version.
    request.onsuccess = () => request.result.close();
    throw error;
  }
}

/** Notes of one till, each under its own key, so that two windows never write the same one. */
class Notes {
  constructor(till) {
    this.prefix = `tillkeeper ${till} `;
  }

  /** Address to row, or to null where the row is gone. */
  read() {
    const rows = new Map();
    try {
      for (const [key, text] of Object.entries(localStorage)) {
        if (key.startsWith(this.prefix)) rows.set(key.slice(this.prefix.length), JSON.parse(text));
      }
    } catch {
      // The browser allows no storage: the database alone has to do.
    }
    return rows;
  }

  write(address, row) {
    try {
      localStorage.setItem(this.prefix + address, JSON.stringify(row));
    } catch {
      // Full, or not allowed.
    }
  }

  /** Remove a note, unless it says something newer than this row by now. */
  remove(address, row) {
    try {
      const key = this.prefix + address;
      if (localStorage.getItem(key) === JSON.stringify(row)) localStorage.removeItem(key);
    } catch {
      // Nothing was noted.
    }
  }
}

/**
 * What one till keeps. An address is the name of a table and the key of a row. Nothing here
 * rejects: where the database has died it is opened once more, and where that fails the
 * rows are kept in memory and in notes. Event: failed.
 */
class Store extends EventTarget {
  #database = null;
  #rows = new Map();
  #unsaved = new Map();
  #written = new Set(); // addresses that the database may hold
  #saving = null;
  #isReleased = false;
  #left = null; // set while the next page is on its way

  constructor(till) {
    super();
    this.till = till;
    this.notes = new Notes(till);
    globalThis.addEventListener?.("beforeunload", () => {
      this.#left = new Promise((resolve) => setTimeout(resolve, UNLOAD_TIMEOUT_MS));
    });
  }

  /** Whether the database is not there, or has died. */
  get isInMemory() {
    return this.#database === null;
  }

  async open() {
    try {
      await this.#connect();
    } catch {
      this.#database = null;
    }
  }

  async #connect() {
    this.#database?.close();
    const database = await openDatabase();
    // What was deleted with a database is written into the next one.
    database.onclose = () => this.#keep([...this.#rows]);
    database.onversionchange = () => {
      database.close();
      this.#keep([...this.#rows]);
    };
    this.#database = database;
  }

  /** Take up what an earlier page has left. */
  async load() {
    const notes = this.notes.read();
    for (const [address, row] of await this.#read()) this.#rows.set(address, row);
    for (const address of [...this.#rows.keys(), ...notes.keys()]) this.#written.add(address);
    this.#keep([...notes]);
  }

  async #read() {
    for (let isSecond = false; this.#database; isSecond = true) {
      try {
        if (isSecond) await this.#connect();
        return await withTimeout(this.#readTables());
      } catch {
        if (isSecond) this.#fail();
      }
    }
    return [];
  }

  async #readTables() {
    const transaction = this.#database.transaction(Object.keys(TABLES));
    const read = Object.entries(TABLES).map(async ([name, key]) => {
      const rows = await finished(transaction.objectStore(name).getAll());
      return rows.map((row) => [`${name} ${row[key]}`, row]);
    });
    return (await Promise.all(read)).flat().filter(([, row]) => row.till === this.till);
  }

  /** Another window has taken over: from now on this one keeps nothing. */
  release() {
    this.#isReleased = true;
  }

  /** Note rows at once, and have them saved; a row that is null is gone. */
  #keep(rows) {
    if (this.#isReleased) return Promise.resolve();
    for (const [address, row] of rows) {
      if (row) this.#rows.set(address, row);
      else this.#rows.delete(address);
      if (row || this.#written.has(address)) this.notes.write(address, row);
      else this.notes.remove(address, this.#unsaved.get(address) ?? null);
      this.#unsaved.set(address, row);
    }
    this.#saving ??= this.#save();
    return this.#saving;
  }

  async #save() {
    await null; // What is kept at one moment is written by one transaction.
    while (this.#unsaved.size && this.#database) {
      const rows = [...this.#unsaved];
      this.#unsaved.clear();
      if (!(await this.#commit(rows))) break;
      // Where the database cannot be read later, the note of a row that is there can.
      for (const [address, row] of rows) if (!row) this.notes.remove(address, row);
    }
    this.#saving = null;
  }

  /** Write rows, into a database opened once more where this one was closed. */
  async #commit(rows) {
    // What is removed before this ends is deleted from the database after it.
    for (const [address] of rows) this.#written.add(address);
    try {
      await this.#write(rows);
      return true;
    } catch {
      // Closed by the browser, deleted or full.
    }
    try {
      await this.#connect();
      await this.#write([...rows, ...this.#rows]);
      return true;
    } catch {
      this.#fail();
      return false;
    }
  }

  #write(rows) {
    // Strict: after a power cut there is no note, so the database has to be on the disk.
    const options = { durability: "strict" };
    const transaction = this.#database.transaction(Object.keys(TABLES), "readwrite", options);
    for (const [address, row] of rows) {
      const [name, key] = address.split(" ");
      const table = transaction.objectStore(name);
      this.#written.add(address);
      row ? table.put(row) : table.delete(key);
    }
    return withTimeout(
      new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      }),
    );
  }

  #fail() {
    this.#database = null;
    this.dispatchEvent(new Event("failed"));
  }

  /** This till's operations in the order in which they were made. */
  async operations() {
    await this.load();
    const kept = [...this.#rows].filter(([address]) => address.startsWith("operations "));
    return kept.map(([, row]) => ({ ...row })).sort((a, b) => a.order - b.order);
  }

  put(operations) {
    const row = (operation) => ({ ...operation, till: this.till });
    return this.#keep(operations.map((one) => [`operations ${one.id}`, row(one)]));
  }

  /** Not on a page that is being left: the next was perhaps drawn before the answer. */
  async remove(ids) {
    await this.#left;
    await this.#keep(ids.map((id) => [`operations ${id}`, null]));
  }

  /** The payments that are not answered; one at a time is what an older page has kept. */
  payments() {
    const row = this.#rows.get(`payments ${this.till}`);
    return row ? (row.payments ?? [row]) : [];
  }

  putPayment(payment) {
    return this.#keepPayments([...this.#paymentsBut(payment), payment]);
  }

  /** As with operations, not on a page that is being left. */
  async clearPayment(payment) {
    await this.#left;
    await this.#keepPayments(this.#paymentsBut(payment));
  }

  #paymentsBut({ sale }) {
    return this.payments().filter((payment) => payment.sale !== sale);
  }

  /** Payments are noted, and wait for the disk no longer than a customer notices. */
  #keepPayments(payments) {
    const row = payments.length ? { till: this.till, payments } : null;
    const saved = this.#keep([[`payments ${this.till}`, row]]);
    return Promise.race([saved, new Promise((resolve) => setTimeout(resolve, PAYMENT_TIMEOUT_MS))]);
  }
}

/** The store of this till, opened or, where the browser has none, in memory. */
export async function openStore(till) {
  const store = new Store(till);
  await store.open();
  return store;
}
