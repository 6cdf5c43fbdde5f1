// What waits goes to the server by itself, oldest first, with the device's own token.

import { settle, unbecome } from "./device-ledger.js";
import { OWN } from "./device-store.js";
import { alive, post } from "./net.js";
import { oneTab } from "./tabs.js";

export { enrol } from "./device-enrol.js";

const PATIENCE = 30000; // milliseconds for a batch over a slow line
const AGAIN = 15000; // milliseconds between two attempts
const CALM = 60000; // milliseconds between two questions whether we are there, when nothing waits
const LONGEST = 300000; // milliseconds: no longer than this, however often refused
const BATCH = 200; // events in one upload; the hot path takes 500
const LATER = new Set(["busy"]);

export class Sender {
  /**
   * `store`: a deviceStore; `hot`, `keys`: addresses; `told` is called whenever something about
   * the network or the queue changed.
   */
  constructor({ store, hot, keys, told }) {
    Object.assign(this, { store, hot, keys, told });
    Object.assign(this, { reached: navigator.onLine, closed: false, failures: 0 });
  }

  start() {
    addEventListener("online", () => this.flush());
    addEventListener("offline", () => this.lost());
    this.flush();
  }

  lost() {
    this.reached = false;
    this.told();
  }

  /** Send what waits. Of all tabs of this device one sends at a time. */
  async flush() {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.timer);
    try {
      await oneTab(`${this.store.name}-sending`, () => this.sendAll());
    } catch (failure) {
      console.info("not sent:", failure.name);
    } finally {
      this.sending = false;
      this.told();
      this.timer = setTimeout(() => this.flush(), this.wait());
    }
  }

  wait() {
    const grown = this.reached ? AGAIN * 2 ** Math.min(this.failures, 6) : AGAIN;
    if (this.calm) return CALM * (0.8 + 0.4 * Math.random());
    // Devices that were cut off together must not come back together.
    return Math.min(LONGEST, this.retryAfter || grown) * (0.8 + 0.4 * Math.random());
  }

  async sendAll() {
    this.retryAfter = 0;
    this.calm = false;
    let heard = false;
    const next = () => this.store.oldest(BATCH);
    for (let batch = await next(); batch.length; batch = await next()) {
      if (!(await this.sendBatch(batch))) return;
      heard = true;
      this.told();
    }
    // Who has just taken what waited is there; nobody need ask.
    this.reached = heard || (await alive(this.keys));
    this.calm = this.reached;
  }

  /** Whether to go on with the next batch. */
  async sendBatch(batch) {
    const device = await this.store.one(OWN, "device");
    this.closed = Boolean(device?.shut);
    if (!device?.token || device.shut) return false;
    let answer;
    try {
      const token = { Authorization: `Bearer ${device.token}` };
      const events = batch.map(([, event]) => event);
      answer = await post(this.hot, { events }, PATIENCE, token);
    } catch {
      this.reached = false;
      return false;
    }
    return this.answered(answer, batch);
  }

  async answered(answer, batch) {
    this.reached = true;
    if (answer.status === 401) {
      await unbecome(this.store);
      this.closed = true;
      return false;
    }
    if (answer.status !== 200) {
      this.retryAfter = Number(answer.headers.get("Retry-After") || 0) * 1000;
      this.failures += 1;
      return false;
    }
    this.failures = 0;
    const codes = new Map((await answer.json()).answers.map(({ id, code }) => [id, code]));
    const said = batch.map(([key, event]) => [key, event, codes.get(event.id) ?? "busy"]);
    const gone = said.filter(([, , code]) => code === "recorded").map(([key]) => key);
    const bad = said.filter(([, , code]) => code !== "recorded" && !LATER.has(code));
    await settle(this.store, gone, bad);
    return gone.length + bad.length === batch.length;
  }
}
