// A device's own database: what waits, what was refused, who it is, and what its room remembers.

export const WAITING = "waiting"; // an event, until the server has it
export const REFUSED = "refused"; // {event, answer}: what the server will never take, and why
export const OWN = "own"; // "device": {device, token, count}; the rest is the room's

export const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** The database `name`; `more`: the room's own stores, name -> key. */
export function deviceStore(name, more) {
  const names = [WAITING, REFUSED, OWN, ...Object.keys(more)];
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    const { result: database } = request;
    database.createObjectStore(WAITING, { autoIncrement: true });
    database.createObjectStore(REFUSED, { autoIncrement: true });
    for (const [own, keyPath] of Object.entries({ [OWN]: "key", ...more }))
      database.createObjectStore(own, { keyPath });
  };
  const opened = done(request);
  const reading = async (one) => (await opened).transaction(one).objectStore(one);
  // Tells the other tabs of this device that the queue is another one now.
  const channel = globalThis.BroadcastChannel ? new BroadcastChannel(name) : null;
  return {
    name,

    /** Call `told` whenever another tab of this device changed something. */
    onChange(told) {
      channel?.addEventListener("message", told);
    },

    /** Run `work(stores)` in one transaction that is on the disk when this resolves. */
    async writing(work) {
      const transaction = (await opened).transaction(names, "readwrite", { durability: "strict" });
      const stores = Object.fromEntries(names.map((own) => [own, transaction.objectStore(own)]));
      const finished = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onerror = () => reject(transaction.error);
        transaction.onabort = () => reject(transaction.error);
      });
      const made = await work(stores);
      await finished;
      channel?.postMessage("changed");
      return made;
    },

    /** One row of a store, or null. */
    async one(own, key) {
      return (await done((await reading(own)).get(key))) ?? null;
    },

    /** Every row of a store, in the order of its keys. */
    async all(own) {
      return done((await reading(own)).getAll());
    },

    /** How many rows a store has. */
    async count(own) {
      return done((await reading(own)).count());
    },

    /** Up to `most` of the oldest waiting events as [[key, event], ...], in order. */
    async oldest(most) {
      const store = await reading(WAITING);
      const [keys, events] = [store.getAllKeys(null, most), store.getAll(null, most)];
      const found = await done(keys);
      const rows = await done(events);
      return found.map((key, at) => [key, rows[at]]);
    },
  };
}
