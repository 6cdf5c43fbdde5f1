// What a table knows of us: public keys, our clock, the pack; learnt whenever it reaches us.

import { keyRing } from "../ui/scan/tokens.js";

export const DAY = 86400000; // milliseconds
const GOOD = 7 * DAY; // milliseconds a pack is believed
const OFFSET = 7 * 3600000; // milliseconds Vietnam is ahead of UTC
const JSON_ONLY = { headers: { Accept: "application/json" } };

/** The calendar day in Vietnam of a moment in milliseconds. */
export const dayOf = (at) => new Date(at + OFFSET).toISOString().slice(0, 10);

export class Knowing {
  constructor(data) {
    this.data = data;
    this.ring = new Map();
    this.keys = null;
    this.pack = null;
    this.offset = Number(localStorage.getItem("table.offset") || 0); // ms our clock is ahead
  }

  /** Our server's time as far as this device knows it, in milliseconds. */
  time() {
    return Date.now() + this.offset;
  }

  /** Whether the pack is older than the days it is believed. */
  expired() {
    return Boolean(this.pack) && this.time() > Date.parse(this.pack.made) + GOOD;
  }

  /** Keys, clock and pack, from the server or from what the service worker kept. */
  async learn() {
    const asked = Date.now();
    const answer = await fetch(this.data.keys, JSON_ONLY);
    this.keys = await answer.json();
    this.ring = await keyRing(this.keys.keys);
    if (!answer.headers.has("X-Kept")) {
      this.offset = Date.parse(this.keys.now) - (asked + Date.now()) / 2;
      localStorage.setItem("table.offset", String(this.offset));
    }
    const pack = await fetch(this.data.pack, JSON_ONLY);
    if (pack.status === 200) this.pack = await pack.json();
  }

  /** Whether a barcode is none of the unit's printed labels, where it has any. */
  foreign(barcode) {
    const series = this.pack?.series ?? [];
    return series.length > 0 && !this.ours(barcode);
  }

  /** Whether a barcode is one of the unit's printed labels. */
  ours(barcode) {
    return (this.pack?.series ?? []).some(({ prefix, first, last, width }) => {
      const digits = barcode.slice(prefix.length);
      if (!barcode.startsWith(prefix) || digits.length !== width) return false;
      return /^\d+$/.test(digits) && Number(digits) >= first && Number(digits) <= last;
    });
  }

  /** Whether the unit closed a tube of this barcode, or it is another's. */
  closed(barcode) {
    return (this.pack?.closed ?? []).includes(barcode);
  }

  /** Whether the unit sampled whoever has this pseudonym on the day of the pack, today. */
  async sampled(pseudonym) {
    if (!this.pack || !pseudonym || this.pack.day !== dayOf(this.time())) return false;
    const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    const both = new Uint8Array([...bytes(this.pack.salt), ...bytes(pseudonym)]);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", both));
    const text = [...digest].map((b) => b.toString(16).padStart(2, "0")).join("").slice(0, 24);
    return this.pack.sampled.includes(text);
  }
}
