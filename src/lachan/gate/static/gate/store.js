// The device's own database: what waits, what was refused, and who this device is.

export const WAITING = "waiting"; // a scan, until the server has it
export const REFUSED = "refused"; // what the server will never take, and why, for the manager
export const DEVICES = "devices"; // gate -> {gate, device, token, count}: who we are there
const VERSION = 2;

const opened = new Promise((resolve, reject) => {
  const request = indexedDB.open("lachan-gate", VERSION);
  request.onupgradeneeded = ({ oldVersion }) => {
    const { result: database, transaction } = request;
    if (oldVersion < 1) {
      database.createObjectStore(WAITING, { autoIncrement: true });
      database.createObjectStore(REFUSED, { autoIncrement: true });
    }
    database.createObjectStore(DEVICES, { keyPath: "gate" });
    transaction.objectStore(WAITING).createIndex("who", "who");
  };
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** Tells the other tabs of this device that the queue is another one now. */
const channel = globalThis.BroadcastChannel ? new BroadcastChannel("lachan-gate") : null;

/** Call `told` whenever another tab of this device changed the queue. */
export function onChange(told) {
  channel?.addEventListener("message", told);
}

export const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Run `work(stores)` in one transaction that is on the disk when this resolves. */
export async function writing(names, work) {
  const database = await opened;
  const transaction = database.transaction(names, "readwrite", { durability: "strict" });
  const stores = Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)]));
  const made = await work(stores);
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
  channel?.postMessage(names);
  return made;
}

export async function store(name) {
  return (await opened).transaction(name).objectStore(name);
}
