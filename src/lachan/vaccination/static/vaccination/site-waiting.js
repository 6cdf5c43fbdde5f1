// Who waits at the station in hand, of all devices: the number, how long, with whom.

import { word } from "../ui/scan/words.js";
import { drawCall, drawGiven } from "./site-calling.js";
import { at, element } from "./site-drawing.js";

/** Stations at which a number is called. */
const CALLING = ["screening", "injection"];
const MOST = 30; // people of a list on a small page

export class WaitingList {
  constructor(site, stations) {
    Object.assign(this, { site, stations });
  }

  draw() {
    drawCall(this.site);
    drawGiven(this.site);
    const { station } = this.site.hand;
    // While the doctor asks, nothing else is on the page.
    const free = at("checklist").hidden;
    const waits = free && (CALLING.includes(station) || station === "problem");
    at("waiting-box").hidden = !waits;
    at("call-box").hidden = !waits || station === "problem";
    if (!waits) return;
    const rows = this.site.line.at(station);
    // What did not change stays: nobody loses a touch to a list that was drawn anew under the finger.
    const told = JSON.stringify([station, rows.slice(0, MOST), Math.floor(this.site.knowing.time() / 60000)]);
    if (told === this.told) return;
    this.told = told;
    at("waiting-none").hidden = rows.length > 0;
    at("waiting-more").textContent = rows.length > MOST ? word("more_wait", rows.length - MOST) : "";
    at("waiting").replaceChildren(...rows.slice(0, MOST).map((one) => this.waiter(one)));
  }

  /** One who waits: his number, his name where this device knows it, how long, with whom. */
  waiter({ label, row, ticket, since }) {
    const button = element("button", undefined, `btn-lc is-line is-wide site-waiter${ticket?.missed ? " is-missed" : ""}`);
    button.type = "button";
    button.dataset.label = label;
    const family = this.site.line.family(ticket?.kin).filter((other) => other !== label);
    const notes = [
      this.site.hand.station === "problem" && word(`problem_${row?.problem || ticket?.problem || "other"}`),
      ticket?.missed && word("no_answer"),
      ticket?.table && !ticket.missed && word("at_table", ticket.table),
      family.length && `${word("same_family")} ${family.join(", ")}`,
      waited(since, this.site.knowing.time()),
    ];
    button.append(element("b", label), element("span", row?.name || ""), element("small", notes.filter(Boolean).join(" · ")));
    button.addEventListener("click", async () => this.site.say(await this.pressed(label, row, ticket)));
    return button;
  }

  /** Whom this device knows is in hand at once; a number of another device is called, or settled. */
  async pressed(label, row, ticket) {
    if (row) return this.stations[this.site.hand.station].scanned(this.site.personOf(row));
    if (this.site.hand.station === "problem") return this.stations.problem.scanned(this.personOfTicket(ticket));
    const told = await this.site.line.call("again", label);
    return told.word ? { kind: "need", word: told.word } : { kind: "need", word: "call_comes", label };
  }

  /** Somebody whom another device received: known by his number alone. */
  personOfTicket(ticket) {
    const code = `LINE-${ticket.label}`;
    const [, letter, number] = ticket.label.match(/^([A-Z]+)(\d+)$/);
    const seen = { letter, number: Number(number), received: true, problem: ticket.problem, at: ticket.since };
    return { kind: "person", who: ticket.who || code, code, name: "", birth: "", sex: "", entry: null, seen, written: {}, ticket };
  }
}

function waited(since, now) {
  const minutes = Math.max(0, Math.floor((now - Date.parse(since)) / 60000));
  return minutes ? word("waits_minutes", minutes) : word("waits_not");
}
