// What a device of a site knows of us: public keys, our clock, the session's pack.

import { keyRing } from "../ui/scan/tokens.js";
import { entryOf, openPack } from "./invited.js";

const OFFSET = 7 * 3600000; // milliseconds Vietnam is ahead of UTC
const RENEWED = 15 * 60000; // milliseconds after which a device asks for a new pack
const PAGES = "lachan-list-pages"; // the cache of further pages of a long list
const JSON_ONLY = { headers: { Accept: "application/json" } };

/** The calendar day in Vietnam of a moment in milliseconds. */
export const dayOf = (at) => new Date(at + OFFSET).toISOString().slice(0, 10);

export class Knowing {
  constructor(data) {
    this.data = data;
    this.ring = new Map();
    this.keys = null;
    this.pack = null;
    this.pages = []; // further pages of the list, each a signed pack of its own
    this.offset = Number(localStorage.getItem("site.offset") || 0); // ms our clock is ahead
  }

  /** Our server's time as far as this device knows it, in milliseconds. */
  time() {
    return Date.now() + this.offset;
  }

  today() {
    return dayOf(this.time());
  }

  /** Whether the pack is older than the days it is believed. */
  expired() {
    return Boolean(this.pack) && this.time() > Date.parse(this.pack.until);
  }

  /** Whether the pack is old enough to be asked for anew: making one takes the server seconds. */
  get stale() {
    return !this.pack || this.time() - Date.parse(this.pack.made) > RENEWED;
  }

  /** Keys, clock and pack, from the server or from what the service worker kept. */
  async learn() {
    const asked = Date.now();
    const answer = await fetch(this.data.keys, JSON_ONLY);
    this.keys = await answer.json();
    this.ring = await keyRing(this.keys.keys);
    if (!answer.headers.has("X-Kept")) {
      this.offset = Date.parse(this.keys.now) - (asked + Date.now()) / 2;
      localStorage.setItem("site.offset", String(this.offset));
    }
    if (!this.stale) return;
    const pack = await fetch(this.data.pack, JSON_ONLY);
    if (pack.status !== 200) return;
    const found = await openPack(this.ring, await pack.json(), this.data.session);
    // An older pack than the one in hand is none: nobody plays a lifted bar back to a device.
    if (found && !(this.pack && found.made < this.pack.made)) this.pack = found;
    await this.turn();
    const kept = localStorage.getItem(this.barsKey);
    if (kept) await this.bar(JSON.parse(kept));
  }

  /** How many pages of the list this device lacks. */
  get lacks() {
    return this.pack ? Math.max(0, (this.pack.pages ?? 1) - 1 - this.pages.length) : 0;
  }

  /** Further pages of a list of more people than one page holds: from the server, else as kept. */
  async turn() {
    const found = [];
    for (let page = 2; page <= (this.pack?.pages ?? 1); page += 1) {
      const opened = await openPack(this.ring, await this.page(page), this.data.session);
      if (opened?.page === page) found.push(opened);
    }
    this.pages = found;
  }

  async page(number) {
    const address = this.data.pack.replace("pack.json", `pack-${number}.json`);
    const cache = await caches.open(PAGES);
    const answer = await fetch(address, JSON_ONLY).catch(() => null);
    if (answer?.status === 200 && !answer.redirected) await cache.put(address, answer.clone());
    const kept = answer?.status === 200 && !answer.redirected ? answer : await cache.match(address);
    return kept ? kept.json() : null;
  }

  /** What the list knows of whoever shows this, on whichever page he stands. */
  async entry(shown) {
    for (const page of [this.pack, ...this.pages]) {
      const found = await entryOf(page, shown);
      if (found) return found;
    }
    return null;
  }

  get barsKey() {
    return `site.bars.${this.data.session}`;
  }

  /** Ask which lots are barred; a device that was opened anew without a network remembers it. */
  async look() {
    const answer = await fetch(this.data.bars, JSON_ONLY);
    if (answer.status === 200 && !answer.redirected) await this.bar(await answer.json());
  }

  async bar(signed) {
    const found = await openPack(this.ring, signed, this.data.session);
    if (!found || !this.pack || found.made < (this.barred ?? this.pack.made)) return;
    this.barred = found.made;
    Object.assign(this.pack, { barred: found.barred, stopped: found.stopped });
    localStorage.setItem(this.barsKey, JSON.stringify(signed));
  }
}
