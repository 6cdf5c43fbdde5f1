// Scans that wait for the network, in the order they were made.
// Keys count up: random keys once replayed a way out before its way in.

const WAITING = "waiting";
const REFUSED = "refused";

const opened = new Promise((resolve, reject) => {
  const request = indexedDB.open("lachan-gate", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(WAITING, { autoIncrement: true });
    request.result.createObjectStore(REFUSED, { autoIncrement: true });
  };
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function store(name, mode = "readonly") {
  return (await opened).transaction(name, mode).objectStore(name);
}

/** Keep a scan until the server has it; resolves when it is on the device's disk. */
export async function keep(scan) {
  const database = await opened;
  await new Promise((resolve, reject) => {
    const writing = database.transaction(WAITING, "readwrite", { durability: "strict" });
    writing.objectStore(WAITING).add(scan);
    writing.oncomplete = resolve;
    writing.onerror = () => reject(writing.error);
  });
}

/** The oldest waiting scan as [key, scan], or null. */
export async function oldest() {
  const cursor = await done((await store(WAITING)).openCursor());
  return cursor ? [cursor.key, cursor.value] : null;
}

/** The server has it: nothing of it stays on the device. */
export async function forget(key) {
  await done((await store(WAITING, "readwrite")).delete(key));
}

/** The server will never take it: only its number and reason stay, for the manager. */
export async function refuse(key, scan, code) {
  await done((await store(REFUSED, "readwrite")).add({ id: scan.id, at: scan.at, code }));
  await forget(key);
}

/** {waiting, refused}: how many of each. */
export async function counts() {
  const waiting = await done((await store(WAITING)).count());
  const refused = await done((await store(REFUSED)).count());
  return { waiting, refused };
}
