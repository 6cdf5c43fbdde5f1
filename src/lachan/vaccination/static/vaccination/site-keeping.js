// What happened at the site is on the disk before the page says so: event and memory in one
// transaction, each event with the next number of this device. A killed browser goes on where it was.

import { keepEvents } from "../ui/scan/device-ledger.js";
import { OWN, SEEN, done, store } from "./site-store.js";

const WEEK = 7 * 86400000; // milliseconds after which a device forgets whom it saw

/** Keep `events`, how far their person got, and what is in hand: station, table, lot. */
export function keep(events, seen, hand) {
  return keepEvents(store, events, (stores) => {
    if (hand) stores[OWN].put({ key: "hand", ...hand });
    if (seen) stores[SEEN].put(seen);
  });
}

/** What was in hand as this device was put down. */
export async function inHand() {
  return (await store.one(OWN, "hand")) ?? {};
}

/** Everybody of a session whom this device has seen. */
export async function seenIn(session) {
  return (await store.all(SEEN)).filter((row) => row.session === session);
}

/** What is older than a week is forgotten. */
export function forget(now) {
  return store.writing(async (stores) => {
    for (const row of await done(stores[SEEN].getAll())) {
      if (now - Date.parse(row.at) > WEEK) stores[SEEN].delete(row.who);
    }
  });
}
