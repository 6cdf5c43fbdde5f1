// What happened at the site is on the disk before the page says so: event and memory in one
// transaction, each event with the next number of this device. A killed browser goes on where it was.

import { OWN, REFUSED, SEEN, WAITING, all, done, one, writing } from "./site-store.js";

const WEEK = 7 * 86400000; // milliseconds after which a device forgets whom it saw

/** Keep `events`, how far their person got, and what is in hand: station, table, lot. */
export function keep(events, seen, hand) {
  return writing(async (stores) => {
    const device = (await done(stores[OWN].get("device"))) ?? { key: "device", count: 0 };
    let { count } = device;
    for (const event of events) {
      count += 1;
      stores[WAITING].add({ ...event, counter: count });
    }
    stores[OWN].put({ ...device, count });
    if (hand) stores[OWN].put({ key: "hand", ...hand });
    if (seen) stores[SEEN].put(seen);
  });
}

/** The letter of this device at a session; a device that was enrolled anew counts from 1 again. */
export function letterIs(session, device, letter) {
  return writing(async (stores) => {
    const key = `line.${session}`;
    const known = await done(stores[OWN].get(key));
    if (known?.device !== device) stores[OWN].put({ key, device, letter, last: 0, kept: {} });
  });
}

/** Letter and count of this device at a session, or null. */
export function lineOf(session) {
  return one(OWN, `line.${session}`);
}

/**
 * The next number: {letter, number}, or null without a letter. No tab gives one twice, and none is
 * given again. The first of a family (`kin`, of `size` people) leaves the numbers behind it free.
 */
export function takeNumber(session, kin, size) {
  return writing(async (stores) => {
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
  return (await one(OWN, "hand")) ?? {};
}

/** Everybody of a session whom this device has seen. */
export async function seenIn(session) {
  return (await all(SEEN)).filter((row) => row.session === session);
}

/** What is older than a week is forgotten. */
export function forget(now) {
  return writing(async (stores) => {
    for (const row of await done(stores[SEEN].getAll())) {
      if (now - Date.parse(row.at) > WEEK) stores[SEEN].delete(row.who);
    }
  });
}

/** The server answered: `gone` are keys it has, `bad` are [key, event, code] it will never take. */
export function settle(gone, bad) {
  return writing((stores) => {
    for (const key of gone) stores[WAITING].delete(key);
    for (const [key, event, code] of bad) {
      // Whole: what was refused still goes into the carried file, and a person may read it there.
      stores[REFUSED].add({ event, answer: code });
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

/** The facility's head closed this device: it keeps what it has, and sends no more. */
export function unbecome() {
  return writing(async (stores) => {
    const device = await done(stores[OWN].get("device"));
    // Its token stays: what was made before it was closed may still come by a file.
    if (device) stores[OWN].put({ ...device, shut: true });
  });
}
