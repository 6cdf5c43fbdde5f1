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

/** The letter of this device at a session; a device that was enrolled anew counts from 1 again. */
export function letterIs(session, device, letter) {
  return store.writing(async (stores) => {
    const key = `line.${session}`;
    const known = await done(stores[OWN].get(key));
    if (known?.device !== device) stores[OWN].put({ key, device, letter, last: 0, kept: {} });
  });
}

/** Letter and count of this device at a session, or null. */
export function lineOf(session) {
  return store.one(OWN, `line.${session}`);
}

/**
 * The next number: {letter, number}, or null without a letter. No tab gives one twice, and none is
 * given again. The first of a family (`kin`, of `size` people) leaves the numbers behind it free.
 */
export function takeNumber(session, kin, size) {
  return store.writing(async (stores) => {
    const line = await done(stores[OWN].get(`line.${session}`));
    if (!line) return null;
    const kept = (kin && line.kept[kin]) || [];
    const number = kept.length ? kept.shift() : line.last + 1;
    if (number > line.last) {
      line.last += kin ? Math.max(1, size) : 1;
      for (let next = number + 1; next <= line.last; next += 1) kept.push(next);
    }
    if (kin) line.kept[kin] = kept;
    stores[OWN].put(line);
    return { letter: line.letter, number };
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
