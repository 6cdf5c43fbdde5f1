// Who this device is at a gate: its name and token, and how many scans it has counted.

import { DEVICES, WAITING, done, store, writing } from "./store.js";

/** {gate, device, token, count} of this device at a gate, or null. */
export async function deviceAt(gate) {
  return (await done((await store(DEVICES)).get(gate))) ?? null;
}

/**
 * The server gave this device a name and a token for a gate. A new name counts from 1: scans that
 * still wait were sent by nobody, so they are numbered anew, in their order.
 */
export function become({ gate, device, token }) {
  return writing([WAITING, DEVICES], async ({ waiting, devices }) => {
    let count = 0;
    const request = waiting.openCursor();
    await new Promise((resolve, reject) => {
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const cursor = request.result;
        if (!cursor) return resolve();
        if (cursor.value.gate === gate && cursor.value.counter) {
          count += 1;
          cursor.update({ ...cursor.value, counter: count });
        }
        cursor.continue();
      };
    });
    devices.put({ gate, device, token, count });
  });
}

/** The server does not know this device any more: its manager closed it. */
export function unbecome(gate) {
  return writing([DEVICES], async ({ devices }) => {
    const known = await done(devices.get(gate));
    if (known) devices.put({ gate, count: known.count, shut: true });
  });
}
