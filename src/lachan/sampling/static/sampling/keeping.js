// What happened at the table is on the disk before the page says so: event, tube and memory in one
// transaction, each event with the next number of this device. A killed browser goes on where it was.

import { DAY } from "./knowing.js";
import { OWN, REFUSED, SEEN, TUBES, WAITING, done, one, writing } from "./store.js";

const FORGET = 7; // days after which a device forgets whom it sampled and which tubes it filled

/** Keep `events`, the tube in hand (null: none), and what they say of tubes and people. */
export function keep(events, tube) {
  return writing(async (stores) => {
    const device = (await done(stores[OWN].get("device"))) ?? { key: "device", count: 0 };
    let { count } = device;
    for (const { who, ...event } of events) {
      count += 1;
      stores[WAITING].add({ ...event, counter: count });
      remember(stores, event, who);
    }
    stores[OWN].put({ ...device, count });
    stores[OWN].put({ key: "tube", tube });
  });
}

/** The tube in hand as it was when this device was put down, or null. */
export async function tubeInHand() {
  return (await one(OWN, "tube"))?.tube ?? null;
}

function remember(stores, { kind, id, at, tube }, who) {
  const { barcode } = tube;
  if (kind === "close") stores[TUBES].put({ barcode, at, closed: true });
  if (kind === "sample") {
    stores[TUBES].put({ barcode, at, closed: false });
    stores[SEEN].put({ who, at, barcode, event: id });
  }
  if (kind === "undo") stores[SEEN].delete(who);
}

/** What is older than a week is forgotten: names of tubes and digests of people. */
export function forget(now) {
  return writing(async (stores) => {
    for (const name of [TUBES, SEEN]) {
      for (const row of await done(stores[name].getAll())) {
        const key = name === TUBES ? row.barcode : row.who;
        if (now - Date.parse(row.at) > FORGET * DAY) stores[name].delete(key);
      }
    }
  });
}

/** The server answered: `gone` are keys it has, `bad` are [key, event, code] it will never take. */
export function settle(gone, bad) {
  return writing((stores) => {
    for (const key of gone) stores[WAITING].delete(key);
    for (const [key, event, code] of bad) {
      // Whole: what was refused still goes into the carried file, and a person may read it there.
      stores[REFUSED].add({ ...event, code });
      stores[WAITING].delete(key);
    }
  });
}

/**
 * The server gave this device a name and a token. It counts from 1: what still waits was sent by
 * nobody, so it is numbered anew, in its order.
 */
export function become({ device, token }) {
  return writing(async (stores) => {
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
export function unbecome() {
  return writing(async (stores) => {
    const device = await done(stores[OWN].get("device"));
    // Its token stays: what was made before it was closed may still come by a file.
    if (device) stores[OWN].put({ ...device, shut: true });
  });
}
