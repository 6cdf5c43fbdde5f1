// The people of this session as this device saw them, and what is in hand: station, table, lot.

import { word } from "../ui/scan/words.js";
import { at } from "./site-drawing.js";
import { keep, seenIn } from "./site-keeping.js";

export class Visits {
  constructor({ data, knowing, sender, say }) {
    Object.assign(this, { data, knowing, sender, say, seen: new Map(), last: null, line: null });
    this.hand = { station: "reception", table: 1, lot: null };
  }

  async begin({ station, table, lot, session }) {
    if (session === this.data.session) this.hand = { station, table, lot };
    for (const row of await seenIn(this.data.session)) this.seen.set(row.who, row);
    at("table").value = String(this.hand.table);
    at("table").addEventListener("change", ({ target }) => this.take({ table: Number(target.value) || 1 }));
  }

  /** Something else is in hand now. */
  async take(what) {
    this.hand = { ...this.hand, ...what };
    await keep([], null, { ...this.hand, session: this.data.session });
  }

  choose(station) {
    return this.take({ station });
  }

  /** Keep an event of a person, and how far he got by it. */
  async keep(kind, person, told, got) {
    const event = this.event(kind, person, told);
    const before = person.seen ?? {};
    const row = { ...before, ...this.rowOf(person), ...got, at: event.at };
    await keep([event], row);
    this.seen.set(row.who, row);
    person.seen = row;
    this.last = { event, person, before: Object.keys(before).length ? before : null };
    this.sender.flush();
    return event;
  }

  /** Something more is known of a person; nothing happened. */
  async knows(person, what) {
    const row = { ...person.seen, ...what };
    await keep([], row);
    this.seen.set(row.who, row);
    Object.assign(person, what, { seen: row });
  }

  /** The last thing never happened. */
  async back() {
    if (!this.last) return { kind: "need", word: "nothing_to_take_back" };
    const { event, person, before } = this.last;
    const undo = { ...this.event("undo", person, {}), undoes: event.id };
    const row = before ?? { ...this.rowOf(person), at: undo.at };
    await keep([undo], row);
    this.seen.set(row.who, row);
    this.last = null;
    this.sender.flush();
    return { kind: "need", word: "taken_back", name: person.name || word("by_code") };
  }

  event(kind, person, told) {
    const device = new Date();
    return {
      id: crypto.randomUUID(),
      kind,
      at: new Date(device.getTime() + this.knowing.offset).toISOString(),
      device_at: device.toISOString(),
      offset_ms: Math.round(this.knowing.offset),
      offline: !this.sender.reached,
      session: this.data.session,
      table: this.hand.table,
      ...(person.made ? { new: person.made } : { code: person.code }),
      told: { ...told, by: this.data.by },
    };
  }

  rowOf({ who, code, made, name, birth, sex, entry }) {
    return { who, session: this.data.session, code, made, name, birth, sex, entry };
  }

  /** Somebody of whom there is no code at hand: picked from the list. */
  personOf(row) {
    return { ...this.rowOf(row), kind: "person", seen: row, entry: row.entry ?? null, written: {} };
  }

  /** The vaccine in hand, or the session's only one. */
  product() {
    const codes = Object.keys(this.knowing.pack.products);
    return this.knowing.pack.lots[this.hand.lot?.number]?.product ?? (codes.length === 1 ? codes[0] : "");
  }

  lotSaid() {
    return this.hand.lot ? word("lot_now").replace("{lot}", this.hand.lot.number) : word("lot_none");
  }
}
