// What a device keeps of its own events, and what it is told of them. `store`: a deviceStore.

import { OWN, REFUSED, WAITING, done } from "./device-store.js";

/** Keep `events`, each with the next number of this device, and whatever `more(stores)` says. */
export function keepEvents(store, events, more) {
  return store.writing(async (stores) => {
    const device = (await done(stores[OWN].get("device"))) ?? { key: "device", count: 0 };
    let { count } = device;
    for (const event of events) {
      count += 1;
      stores[WAITING].add({ ...event, counter: count });
    }
    stores[OWN].put({ ...device, count });
    await more(stores);
  });
}

/** The server answered: `gone` are keys it has, `bad` are [key, event, code] it will never take. */
export function settle(store, gone, bad) {
  return store.writing((stores) => {
    for (const key of gone) stores[WAITING].delete(key);
    for (const [key, event, answer] of bad) {
      // Whole: what was refused still goes into the carried file, and a person may read it there.
      stores[REFUSED].add({ event, answer });
      stores[WAITING].delete(key);
    }
  });
}

/**
 * The server gave this device a name and a token. It counts from 1: what still waits was sent by
 * nobody, so it is numbered anew, in its order.
 */
export function become(store, { device, token }) {
  return store.writing(async (stores) => {
    let count = 0;
    const keys = await done(stores[WAITING].getAllKeys());
    const events = await done(stores[WAITING].getAll());
    events.forEach((event, at) => {
      count += 1;
      stores[WAITING].put({ ...event, counter: count }, keys[at]);
    });
    stores[OWN].put({ key: "device", device, token, count });
  });
}

/** The unit's head closed this device: it keeps what it has, and sends no more. */
export function unbecome(store) {
  return store.writing(async (stores) => {
    const device = await done(stores[OWN].get("device"));
    // Its token stays: what was made before it was closed may still come by a file.
    if (device) stores[OWN].put({ ...device, shut: true });
  });
}

/** What is to be carried: everything that waits, then everything that was refused. */
export async function toCarry(store) {
  const refused = (await store.all(REFUSED)).map(({ event }) => event);
  return [...(await store.all(WAITING)), ...refused];
}
