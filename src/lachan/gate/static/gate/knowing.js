// What a device knows of us: public keys, our clock, the pack; learnt whenever it reaches us.

import { openPack } from "./pack.js";
import { keyRing } from "../ui/scan/tokens.js";

const JSON_ONLY = { headers: { Accept: "application/json" } };

export class Knowing {
  constructor(data) {
    this.data = data;
    this.ring = new Map();
    this.keys = null;
    this.pack = null; // what this gate judges by without us, as the server signed it
    this.offset = Number(localStorage.getItem("gate.offset") || 0); // ms our clock is ahead
  }

  /** Our server's time as far as this device knows it, in milliseconds. */
  time() {
    return Date.now() + this.offset;
  }

  /** Whether the pack is so old that every verdict has to say so. */
  old() {
    return Boolean(this.pack) && this.time() / 1000 > this.pack.made + this.pack.warn_after;
  }

  expired() {
    return Boolean(this.pack) && this.time() / 1000 >= this.pack.until;
  }

  /** Public keys and clock, from the server or from what the service worker kept. */
  async learn() {
    const asked = Date.now();
    const answer = await fetch(this.data.keys, JSON_ONLY);
    this.keys = await answer.json();
    this.ring = await keyRing(this.keys.keys);
    if (answer.headers.has("X-Kept")) return;
    this.offset = Date.parse(this.keys.now) - (asked + Date.now()) / 2;
    localStorage.setItem("gate.offset", String(this.offset));
  }

  /** The pack, from the server or from what the service worker kept; never an older one. */
  async learnPack() {
    const { made, state } = this.pack ?? {};
    const mine = made ? `&made=${made}&state=${state}` : "";
    const answer = await fetch(this.data.pack + mine, JSON_ONLY);
    if (answer.status !== 200) return;
    const content = await openPack(this.ring, await answer.json(), this.data.gate);
    if (content && content.serial >= (this.pack?.serial ?? 0)) this.pack = content;
  }
}
