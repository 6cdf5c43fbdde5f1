// Scans that wait for the network, in the order they were made.
// Keys count up: random keys once replayed a way out before its way in.

import { DEVICES, REFUSED, WAITING, done, store, writing } from "./store.js";

/**
 * Keep a scan until the server has it. It gets the next number of this device at its gate in the
 * same transaction: two tabs or a killed browser leave no gap and no number twice. What the server
 * may have already is not counted, or its number would be missing there.
 */
export function keep(scan, counted = true) {
  return writing([WAITING, DEVICES], async ({ waiting, devices }) => {
    if (!counted) return void waiting.add(scan);
    const known = (await done(devices.get(scan.gate))) ?? { gate: scan.gate, count: 0 };
    const counter = known.count + 1;
    devices.put({ ...known, count: counter });
    waiting.add({ ...scan, counter });
    return counter;
  });
}

/**
 * Up to `most` of the oldest waiting scans of one gate as [[key, scan], ...], in order. `shut`:
 * gates to pass over.
 */
export async function oldest(most, shut = new Set()) {
  const found = [];
  const request = (await store(WAITING)).openCursor();
  await new Promise((resolve, reject) => {
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor || found.length >= most) return resolve();
      // One token speaks for one gate: the scans of another gate come with the next batch.
      if (found.length && found[0][1].gate !== cursor.value.gate) return resolve();
      if (!shut.has(cursor.value.gate)) found.push([cursor.key, cursor.value]);
      cursor.continue();
    };
  });
  return found;
}

/** Every waiting scan, oldest first: for the file that is carried. */
export async function all() {
  return done((await store(WAITING)).getAll());
}

/** Whether an older scan of the same person still waits. */
export async function waits(who) {
  return (await done((await store(WAITING)).index("who").count(who))) > 0;
}

/**
 * The server has answered: `gone` are keys it has on its disk, `bad` are [key, scan, code] it will
 * never take. Of those only number, time and reason stay, for the manager.
 */
export function settle(gone, bad) {
  return writing([WAITING, REFUSED], ({ waiting, refused }) => {
    for (const key of gone) waiting.delete(key);
    for (const [key, { id, at, counter }, code] of bad) {
      refused.add({ id, at, counter, code });
      waiting.delete(key);
    }
  });
}

/** What the server refused: [{id, at, counter, code}, ...]. */
export async function refusals() {
  return done((await store(REFUSED)).getAll());
}

/** The manager has seen what was refused. */
export function forgetRefusals() {
  return writing([REFUSED], ({ refused }) => refused.clear());
}

/** {waiting, refused}: how many of each. */
export async function counts() {
  const waiting = await done((await store(WAITING)).count());
  const refused = await done((await store(REFUSED)).count());
  return { waiting, refused };
}
