// One window works on a till at a time. A second one looks on, and may take over.

/** Resolves with whether this window may work; ``lost()`` when another takes over. */
export function becomeWriter(till, lost) {
  // Locks need a secure context; without one, windows are told apart by nobody.
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    const forever = () => new Promise(() => {});
    navigator.locks
      .request(name(till), { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock && forever();
      })
      .catch(lost);
  });
}

export function name(till) {
  return `tillkeeper:${till}`;
}
