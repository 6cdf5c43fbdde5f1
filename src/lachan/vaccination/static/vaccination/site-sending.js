// What waits goes to the server by itself, oldest first, with the device's own token.

import { alive, csrf, post } from "../ui/scan/net.js";
import { inTurn, oneTab } from "../ui/scan/tabs.js";
import { become, settle, unbecome } from "./site-keeping.js";
import { OWN, oldest, one } from "./site-store.js";

const PATIENCE = 30000; // milliseconds for a batch over a slow line
const AGAIN = 15000; // milliseconds between two attempts
const CALM = 60000; // milliseconds between two questions whether we are there, when nothing waits
const LONGEST = 300000; // milliseconds: no longer than this, however often refused
const BATCH = 200; // events in one upload; the hot path takes 500
const LATER = new Set(["busy"]);

export class Sender {
  /** `told` is called whenever something about the network or the queue changed. */
  constructor(data, told) {
    Object.assign(this, { data, told, reached: navigator.onLine, closed: false, failures: 0 });
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
      await oneTab("lachan-site-sending", () => this.sendAll());
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
    // Sites that were cut off together must not come back together.
    return Math.min(LONGEST, this.retryAfter || grown) * (0.8 + 0.4 * Math.random());
  }

  async sendAll() {
    this.retryAfter = 0;
    this.calm = false;
    let heard = false;
    for (let batch = await oldest(BATCH); batch.length; batch = await oldest(BATCH)) {
      if (!(await this.sendBatch(batch))) return;
      heard = true;
      this.told();
    }
    // Who has just taken what waited is there; nobody need ask.
    this.reached = heard || (await alive(this.data.keys));
    this.calm = this.reached;
  }

  /** Whether to go on with the next batch. */
  async sendBatch(batch) {
    const device = await one(OWN, "device");
    this.closed = Boolean(device?.shut);
    if (!device?.token || device.shut) return false;
    let answer;
    try {
      const token = { Authorization: `Bearer ${device.token}` };
      const events = batch.map(([, event]) => event);
      answer = await post(this.data.hot, { events }, PATIENCE, token);
    } catch {
      this.reached = false;
      return false;
    }
    return this.answered(answer, batch);
  }

  async answered(answer, batch) {
    this.reached = true;
    if (answer.status === 401) {
      await unbecome();
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
    await settle(gone, bad);
    return gone.length + bad.length === batch.length;
  }
}

/** Make sure that this device has a token; false where nobody is signed in now. */
export function enrol(address, { again = false } = {}) {
  return inTurn("lachan-site-enrol", async () => {
    const known = await one(OWN, "device");
    if (known?.token && !known.shut) return true;
    // The unit's head closed it: somebody has to want it back.
    if (known?.shut && !again) return false;
    const answer = await post(address, {}, PATIENCE, { "X-CSRFToken": csrf() }).catch(() => null);
    if (!answer?.ok || answer.redirected) return false;
    await become(await answer.json());
    return true;
  });
}
