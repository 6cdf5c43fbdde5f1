// To the server and back: one scan at once for a verdict, the waiting ones in batches and in order.

import { oldest } from "./queue.js";
import { oneTab } from "../ui/scan/tabs.js";
import { alive, csrf, post } from "../ui/scan/net.js";
import { upload } from "./upload.js";

const PATIENCE = 4000; // milliseconds a guard waits for an answer before the scan is kept
const AGAIN = 15000; // milliseconds between two attempts to send what waits
const LONGEST = 300000; // milliseconds: no longer than this between attempts, however often refused
const BATCH = 200; // scans in one upload; the hot path takes 500
/** Refusals that speak of the code that was shown, not of who stands at the gate. */
const OF_A_CODE = new Set(["bad_token", "code_revoked"]);

export class Sender {
  /** `told` is called whenever something about the network or the queue changed. */
  constructor(data, told) {
    Object.assign(this, { data, told });
    this.reached = navigator.onLine;
    this.signedOut = false; // the server answers, but no session: judged here, uploaded by token
    this.closed = false; // the manager took this device's token away
    this.sending = false;
    this.failures = 0;
    this.timer = 0;
  }

  start() {
    // Background Sync exists in one browser only; these are everywhere.
    addEventListener("online", () => this.flush());
    addEventListener("offline", () => this.lost());
    this.flush();
  }

  /**
   * The server's answer to one scan; null when it was not asked or would not say, undefined when
   * it was asked and nobody knows whether it heard. While it is out of reach nobody waits for it.
   */
  async ask(scan) {
    if (!navigator.onLine || !this.reached) return null;
    try {
      const answer = await post(this.data.scan, scan, PATIENCE, { "X-CSRFToken": csrf() });
      if (answer.status >= 500) throw new Error(`status ${answer.status}`);
      const told = await answer.json();
      // Signed out is no reason to hold up the line: the device judges and its token uploads.
      this.signedOut = [401, 403].includes(answer.status) && !OF_A_CODE.has(told.code);
      this.told();
      return this.signedOut ? null : { ...told, status: answer.status };
    } catch {
      this.lost();
      return undefined;
    }
  }

  lost() {
    this.reached = false;
    this.told();
    this.again(AGAIN);
  }

  found() {
    this.reached = true;
    this.failures = 0;
  }

  /** Try again in a while; one clock, whoever asked last. */
  again(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), wait);
  }

  /** Send what waits, oldest first. Of all tabs of this device one sends at a time. */
  async flush() {
    if (this.sending) return;
    this.sending = true;
    try {
      await oneTab("lachan-gate-sending", () => this.sendAll());
    } catch (failure) {
      console.info("not sent:", failure.name);
    } finally {
      this.sending = false;
      this.told();
      this.again(this.wait());
    }
  }

  /** Out of reach it costs nobody anything to try again soon; a busy server is left alone. */
  wait() {
    const grown = this.reached ? AGAIN * 2 ** Math.min(this.failures, 6) : AGAIN;
    // Gates that were cut off together must not come back together.
    return Math.min(LONGEST, this.retryAfter || grown) * (0.8 + 0.4 * Math.random());
  }

  async sendAll() {
    this.retryAfter = 0;
    this.closed = false;
    const shut = new Set(); // gates at which this device may not speak: others go on
    const next = () => oldest(BATCH, shut);
    for (let batch = await next(); batch.length; batch = await next()) {
      if (!(await this.sendBatch(batch, shut))) return;
      this.told();
    }
    if (!this.reached && (await alive(this.data.keys))) this.found();
  }

  /** Whether to go on with the next batch. */
  async sendBatch(batch, shut) {
    const { gate } = batch[0][1];
    const { answer, went, retryAfter = 0 } = await upload(this.data.hot, batch);
    this.retryAfter = retryAfter;
    if (answer === "unknown" || answer === "closed") {
      shut.add(gate);
      this.closed ||= answer === "closed";
      return true;
    }
    this.reached = answer !== "none";
    if (answer === "taken") this.found();
    else this.failures += 1;
    return went;
  }
}
