// The site's own database: what waits, who this device is, and whom it has seen.

export const WAITING = "waiting"; // an event, until the server has it
export const REFUSED = "refused"; // what the server will never take, and why
export const OWN = "own"; // "device": {device, token, count}; "hand": station, table, lot
export const SEEN = "seen"; // who -> {who, session, at, name, ...}: how far each got on this device
const STORES = [WAITING, REFUSED, OWN, SEEN];

const opened = new Promise((resolve, reject) => {
  const request = indexedDB.open("lachan-site", 1);
  request.onupgradeneeded = () => {
    const { result: database } = request;
    database.createObjectStore(WAITING, { autoIncrement: true });
    database.createObjectStore(REFUSED, { autoIncrement: true });
    database.createObjectStore(OWN, { keyPath: "key" });
    database.createObjectStore(SEEN, { keyPath: "who" });
  };
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** Tells the other tabs of this device that the queue is another one now. */
const channel = globalThis.BroadcastChannel ? new BroadcastChannel("lachan-site") : null;

/** Call `told` whenever another tab of this device changed something. */
export function onChange(told) {
  channel?.addEventListener("message", told);
}

export const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Run `work(stores)` in one transaction that is on the disk when this resolves. */
export async function writing(work) {
  const database = await opened;
  const transaction = database.transaction(STORES, "readwrite", { durability: "strict" });
  const stores = Object.fromEntries(STORES.map((name) => [name, transaction.objectStore(name)]));
  const finished = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
  const made = await work(stores);
  await finished;
  channel?.postMessage("changed");
  return made;
}

/** One row of a store, or null. */
export async function one(name, key) {
  return (await done((await opened).transaction(name).objectStore(name).get(key))) ?? null;
}

/** Every row of a store, in the order of its keys. */
export async function all(name) {
  return done((await opened).transaction(name).objectStore(name).getAll());
}

/** How many rows a store has. */
export async function count(name) {
  return done((await opened).transaction(name).objectStore(name).count());
}

/** Up to `most` of the oldest waiting events as [[key, event], ...], in order. */
export async function oldest(most) {
  const store = (await opened).transaction(WAITING).objectStore(WAITING);
  const [keys, events] = [store.getAllKeys(null, most), store.getAll(null, most)];
  const found = await done(keys);
  const rows = await done(events);
  return found.map((key, at) => [key, rows[at]]);
}
