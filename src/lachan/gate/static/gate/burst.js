// Several people a second: green ones flow by in a band, whoever must be looked at stops the flow.

import { callOf } from "../ui/scan/sound.js";
import { word } from "../ui/scan/words.js";

const LANES = 4; // scans asked about at the same time
const SHOWN = 2500; // milliseconds a band stays when nobody follows
const MINUTE = 60000;

export class Burst {
  /** `box`: holds the band, `rate` the counter; `ask(text)` answers, `halt(answer)` shows a sheet. */
  constructor({ box, rate, sound, ask, halt }) {
    Object.assign(this, { box, rate, sound, ask, halt });
    this.waiting = [];
    this.asked = 0;
    this.held = []; // answers somebody must look at, in their order
    this.standing = false; // a sheet is up
    this.through = []; // moments at which somebody was let through
    this.timer = 0;
    setInterval(() => this.showRate(), SHOWN);
  }

  take(texts) {
    this.waiting.push(...texts);
    while (this.asked < LANES && this.waiting.length) this.next(this.waiting.shift());
  }

  async next(text) {
    this.asked += 1;
    const answer = await this.ask(text);
    this.asked -= 1;
    this.take([]);
    if (answer.kind === "need" || answer.kind === "not") this.hold(answer);
    else this.pass(answer);
  }

  pass(answer) {
    const through = callOf(answer.kind) === "go";
    if (through) this.through.push(Date.now());
    // Above a sheet that somebody reads the band is one line, and silent.
    if (!this.standing) this.sound.play(callOf(answer.kind));
    this.show(answer, through ? "may" : "need");
    this.showRate();
  }

  hold(answer) {
    this.held.push(answer);
    if (!this.standing) this.release();
  }

  /** The sheet before was put away: the next one, if somebody else was stopped meanwhile. */
  release() {
    const answer = this.held.shift();
    this.standing = Boolean(answer);
    if (!answer) return false;
    this.sound.play("stop");
    this.halt(answer);
    return true;
  }

  show(answer, shape) {
    clearTimeout(this.timer);
    const band = document.getElementById(`band-${shape}`).content.firstElementChild.cloneNode(true);
    band.querySelector("b").textContent = answer.word;
    const who = [answer.name, answer.year].filter(Boolean).join(" · ");
    band.querySelector("small").textContent = who || answer.why;
    this.box.replaceChildren(band);
    this.timer = setTimeout(() => this.clear(), SHOWN);
  }

  clear() {
    clearTimeout(this.timer);
    this.box.replaceChildren();
  }

  showRate() {
    const since = Date.now() - MINUTE;
    this.through = this.through.filter((at) => at >= since);
    this.rate.textContent = word("rate", this.through.length);
  }
}
