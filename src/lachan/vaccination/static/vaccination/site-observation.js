// The observation room: who sits, how long still, who may go and when he comes again.

import { word } from "../ui/scan/words.js";
import { at, element, named, offer } from "./site-drawing.js";
import { labelOf } from "./site-steps.js";

export class Observation {
  constructor(site) {
    this.site = site;
    this.person = null;
    setInterval(() => this.draw(), 1000);
  }

  left({ injected }) {
    const minutes = this.site.knowing.pack?.observe_minutes ?? 30;
    return Date.parse(injected) + minutes * 60000 - this.site.knowing.time();
  }

  draw() {
    if (this.site.hand.station !== "observation") return;
    const sitting = [...this.site.seen.values()].filter((row) => row.injected && !row.gone);
    const urgent = (row) => (row.reaction ? 0 : 1);
    sitting.sort((a, b) => urgent(a) - urgent(b) || this.left(a) - this.left(b));
    at("board").replaceChildren(...sitting.map((row) => this.seat(row)));
    at("board-none").hidden = sitting.length > 0;
  }

  seat(row) {
    const over = this.left(row) <= 0;
    const kind = row.reaction ? "not" : over ? "may" : "wait";
    const seat = element("button", undefined, `seat is-${kind}`);
    seat.type = "button";
    const time = over ? word("time_over") : clock(this.left(row));
    const number = row.number ? `${labelOf(row)} · ` : "";
    seat.append(element("b", `${number}${row.name || word("by_code")}`), element("span", time, "t"));
    if (row.reaction) seat.append(element("span", word("reaction_seen"), "s"));
    seat.addEventListener("click", async () => this.site.say(await this.scanned(this.site.personOf(row))));
    return seat;
  }

  scanned(person) {
    this.person = person;
    const row = person.seen;
    if (!row?.injected) return { kind: "need", word: "not_injected_here", name: person.name };
    if (row.gone) return { kind: "need", word: "gone_already", name: person.name };
    const lacks = this.lacks(person);
    at("lacks").textContent = lacks ? word("lacks").replace("{fields}", lacks) : "";
    const early = this.left(row) > 0;
    offer([
      ...(early ? [] : [["well_home", () => this.press("well")]]),
      ["reaction", () => this.press("reaction"), true],
      ...(early ? [["left_early", () => this.press("left"), true]] : []),
    ]);
    if (early) return { kind: "need", word: "stay", name: person.name, time: clock(this.left(row)) };
    return { kind: "may", word: "may_go", name: person.name };
  }

  /** What the national list still asks of him, in words. */
  lacks(person) {
    const pack = this.site.knowing.pack;
    const codes = person.entry?.lacks ?? pack?.lacks_new ?? [];
    return codes.map((code) => named(pack.fields[code])).join(", ");
  }

  command(name, value) {
    if (name !== "state" || !this.person?.seen?.injected || this.left(this.person.seen) > 0) return null;
    return this.end(value);
  }

  async press(what) {
    this.site.say(await this.end(what));
  }

  async end(what) {
    const { person, site } = this;
    offer([]);
    at("lacks").textContent = "";
    if (what === "reaction") {
      await site.keep("observed", person, { state: "reaction", note: "" }, { reaction: true });
      return { kind: "not", word: "reaction_kept", name: person.name };
    }
    this.person = null;
    if (what === "left") {
      await site.keep("left", person, { why: word("left_before_time") }, { gone: true });
      return { kind: "need", word: "left_kept", name: person.name };
    }
    await site.keep("observed", person, { state: "well", note: "" }, {});
    const next = person.seen.next ?? "";
    await site.keep("discharged", person, { next_on: next }, { gone: true });
    const day = next.split("-").reverse().join("/");
    return { kind: "may", word: next ? "home_next" : "home", name: person.name, day };
  }
}

const two = (n) => String(n).padStart(2, "0");
const clock = (left) => `${two(Math.floor(left / 60000))}:${two(Math.floor((left % 60000) / 1000))}`;
