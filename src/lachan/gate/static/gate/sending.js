// To the server and back: one scan at once, the waiting ones in order.

import { counts, forget, oldest, refuse } from "./queue.js";
import { word } from "./words.js";

const PATIENCE = 4000; // milliseconds a guard waits for an answer before the scan is kept
const AGAIN = 15000; // milliseconds between two attempts to send what waits
const ICONS = { off: "cloud-off", ok: "cloud-check", busy: "cloud-up", bad: "alert-circle" };

export class Sender {
  constructor(data) {
    this.data = data;
    this.reached = navigator.onLine;
    this.busy = false;
  }

  start() {
    // Background Sync exists in one browser only: these three are everywhere.
    addEventListener("online", () => this.flush());
    addEventListener("offline", () => this.lost());
    setInterval(() => this.flush(), AGAIN);
    this.flush();
  }

  /** The server's answer, or null when there is none now. */
  async ask(scan) {
    try {
      const answer = await fetch(this.data.scan, {
        method: "POST",
        headers: {
          Accept: "application/json",
          "Content-Type": "application/json",
          "X-CSRFToken": csrf(),
        },
        body: JSON.stringify(scan),
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (answer.status >= 500) throw new Error(`status ${answer.status}`);
      const told = await answer.json();
      this.reached = true;
      if (told.count !== undefined) {
        document.getElementById("count").textContent = word("count", told.count);
      }
      this.show();
      return { ...told, status: answer.status };
    } catch {
      this.lost();
      return null;
    }
  }

  lost() {
    this.reached = false;
    this.show();
  }

  /** Send what waits, oldest first; a scan leaves the device only when the server has it. */
  async flush() {
    if (this.busy) return;
    this.busy = true;
    try {
      for (let next = await oldest(); next; next = await oldest()) {
        const answer = await this.ask(next[1]);
        // Signed out (401) or taken away (403) is repaired by a person; the scan waits for it.
        if (!answer || [401, 403].includes(answer.status) && answer.code !== "bad_token") break;
        if (answer.status < 400) await forget(next[0]);
        else await refuse(next[0], next[1], answer.code);
      }
      if (!(await oldest()) && !this.reached) this.reached = await this.alive();
    } finally {
      this.busy = false;
      this.show();
    }
  }

  async alive() {
    try {
      const answer = await fetch(this.data.keys, { cache: "no-store" });
      return answer.ok && !answer.headers.has("X-Kept");
    } catch {
      return false;
    }
  }

  /** The network strip: a state in plain words, and how many wait. */
  async show() {
    const { waiting, refused } = await counts();
    const state = refused ? "bad" : !this.reached ? "off" : waiting ? "busy" : "ok";
    const strip = document.getElementById("net");
    strip.className = `net gate-net is-${state}`;
    const icon = `${this.data.icons}#${ICONS[state]}`;
    strip.querySelector("use").setAttribute("href", icon);
    const lead = document.createElement("b");
    lead.textContent = word(state);
    document.getElementById("net-say").replaceChildren(lead, ` ${word(`${state}_rest`)}`);
    const n = refused || waiting;
    document.getElementById("net-count").textContent = n ? word("waiting", n) : "";
  }
}

function csrf() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] ?? "";
}
