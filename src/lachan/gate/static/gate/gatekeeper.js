// One scan answers everything, with a network and without: what camera, desk and kiosk have in
// common. The pages read codes and show verdicts; they know nothing of queue, pack and keys.

import { enrol } from "./enrol.js";
import { read } from "../ui/scan/grammar.js";
import { believed, judged, unjudged } from "./judging.js";
import { Knowing } from "./knowing.js";
import { keep, waits } from "./queue.js";
import { scanOf } from "./scans.js";
import { Sender } from "./sending.js";
import { keepShell } from "../ui/scan/shell.js";
import { onChange } from "./store.js";
import { showStrip } from "./strip.js";
import { unreadable } from "./unreadable.js";
import { word } from "../ui/scan/words.js";

const PACK_AGAIN = 60000; // milliseconds between two packs: a zone that was lifted frees soon
const READING = 2000; // milliseconds the first scan waits for keys and pack of this device
const NOTHING = { word: "", why: "", name: "", year: null, asof: "", sheet: null };

/**
 * `data`: the dataset of the page's #data (gate, scan, hot, keys, pack, enrol, worker, pages,
 * icons). Call `begin()` once, then `take(text, ...)` for every code.
 */
export class Gatekeeper extends Knowing {
  constructor(data) {
    super(data);
    this.sender = new Sender(data, () => this.show());
  }

  /** Learn keys, clock and pack, enrol, and send what waits; the strip shows how it goes. */
  begin() {
    this.show();
    this.sender.start();
    this.ready = Promise.race([this.learnAll(), new Promise((go) => setTimeout(go, READING))]);
    setInterval(() => this.learnAll(), PACK_AGAIN);
    addEventListener("online", () => this.learnAll());
    onChange(() => this.show());
  }

  async learnAll() {
    try {
      await this.learn();
      await this.learnPack();
      if (await enrol(this.data.enrol, this.data.gate)) this.sender.flush();
    } catch (failure) {
      console.info("not learnt:", failure.name);
    }
    return this.show();
  }

  /** Keep the pages' own files for the days without a network; call when all are loaded. */
  stay() {
    const pages = (this.data.pages ?? "").split(" ").filter(Boolean);
    return keepShell(this.data.worker, pages, [this.data.keys, this.data.pack], "/gate/");
  }

  show() {
    return showStrip(this);
  }

  /**
   * A code was read. `direction`: in or out; `way`: gate, desk or kiosk. `at`: milliseconds, where
   * that was not now (a picture); `passed`: the person went through then, whatever is judged.
   * Answers {kind, word, why, name, year, asof, sheet, offline, packAge, code, count}; `kind`:
   * may, need, not (judged), kept (on this device, judged by nobody), refused (not recorded, `why`
   * says why), switch (the code of a place, `gate` holds it). `sheet`: the server's own HTML or
   * null; `packAge`: milliseconds since the pack was made, or null without one.
   */
  async take(text, { direction, way = "gate", at = 0, passed = false }) {
    const found = read(text, new Date().getFullYear());
    const { code, number } = found.fields;
    if (found.kind === "place") return this.refused("place_code", { kind: "switch", gate: code });
    const refusal = unreadable(found);
    if (refusal) return this.refused(refusal);
    await this.ready;
    const scan = { ...scanOf(this, found, { direction, way, at }), passed };
    const token = await believed(this, found, Date.parse(scan.at) / 1000);
    const who = token?.pseudonym ?? number ?? found.text;
    // What the same person did before must not reach the server after this.
    const told = (await waits(who)) ? null : await this.sender.ask(scan);
    // Unanswered it may be stored there already: then it is none that this device counts.
    const counted = told === null;
    if (!told) return this.alone({ ...scan, who, found: found.kind }, token, counted);
    if (told.status < 400) return this.answer(told);
    return this.answer({ ...told, kind: "refused", word: word("not_kept"), why: told.message });
  }

  /** Without a network: believe the signature, decide by the pack, keep the scan. */
  async alone(scan, token, counted) {
    if (token?.refused && token.refused !== "no_keys") {
      return this.refused(token.refused, { offline: true });
    }
    const at = Date.parse(scan.at) / 1000;
    const asked = scan.direction === "in" && !scan.passed;
    const made = asked ? await judged(this, token, at) : null;
    // Whoever is turned away was not inside: nothing is kept. A way out is always recorded.
    if (made && made.kind !== "may") {
      return this.answer({ ...made, code: `verdict_${made.kind}`, offline: true });
    }
    await keep({ ...scan, offline: true }, counted);
    if (this.sender.reached) this.sender.flush();
    else this.show();
    return this.answer({ ...(made ?? unjudged(this, scan)), code: "kept", offline: true });
  }

  answer(told) {
    const packAge = this.pack ? this.time() - this.pack.made * 1000 : null;
    return { ...NOTHING, offline: false, code: "", count: null, ...told, packAge };
  }

  refused(code, more = {}) {
    return this.answer({ kind: "refused", code, word: word("not_kept"), why: word(code), ...more });
  }
}
