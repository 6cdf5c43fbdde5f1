// What happened at the table is on the disk before the page says so: event, tube and memory in one
// transaction, each event with the next number of this device. A killed browser goes on where it was.

import { keepEvents } from "../ui/scan/device-ledger.js";
import { DAY } from "./knowing.js";
import { OWN, SEEN, TUBES, done, store } from "./store.js";

const FORGET = 7; // days after which a device forgets whom it sampled and which tubes it filled

/** Keep `events`, the tube in hand (null: none), and what they say of tubes and people. */
export function keep(events, tube) {
  const told = events.map(({ who, ...event }) => event);
  return keepEvents(store, told, (stores) => {
    for (const event of events) remember(stores, event);
    stores[OWN].put({ key: "tube", tube });
  });
}

/** The tube in hand as it was when this device was put down, or null. */
export async function tubeInHand() {
  return (await store.one(OWN, "tube"))?.tube ?? null;
}

function remember(stores, { kind, id, at, tube, who }) {
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
  return store.writing(async (stores) => {
    for (const name of [TUBES, SEEN]) {
      for (const row of await done(stores[name].getAll())) {
        const key = name === TUBES ? row.barcode : row.who;
        if (now - Date.parse(row.at) > FORGET * DAY) stores[name].delete(key);
      }
    }
  });
}
