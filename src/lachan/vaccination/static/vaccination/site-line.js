// The line of the session: the letter of this device, what the others know of every number, and the
// call of the next one. Without a network the device calls from what it knows itself.

import { csrf, post } from "../ui/scan/net.js";
import { letterIs, lineOf, takeNumber } from "./site-keeping.js";
import { labelOf, standing } from "./site-steps.js";
import { OWN, store } from "./site-store.js";

const PATIENCE = 8000; // milliseconds for a call over a slow line
const ASKS = 4000; // milliseconds between two looks at the line
const JSON_ONLY = { headers: { Accept: "application/json" } };

export class Line {
  constructor(site, changed) {
    Object.assign(this, { site, changed, tickets: new Map(), calls: {}, printed: "", paperMinutes: 30, made: null });
    setInterval(() => this.look(), ASKS);
  }

  /** Ask for our letter once; afterwards numbers are given without a network. */
  async letter() {
    const { session, letter } = this.site.data;
    const device = await store.one(OWN, "device");
    if (!device?.device || (await lineOf(session))?.device === device.device) return;
    const answer = await post(letter, { device: device.device }, PATIENCE, { "X-CSRFToken": csrf() }).catch(() => null);
    if (answer?.ok && !answer.redirected) await letterIs(session, device.device, (await answer.json()).letter);
  }

  /** {letter, number} for somebody who is received, or {} while this device has no letter. */
  async number({ entry }) {
    return (await takeNumber(this.site.data.session, entry?.kin ?? "", entry?.kin_size ?? 1)) ?? {};
  }

  /** What the server knows of every number. */
  async look() {
    if (!this.site.sender.reached) return;
    const answer = await fetch(this.site.data.line, JSON_ONLY).catch(() => null);
    if (answer?.status !== 200 || answer.redirected) return;
    const told = await answer.json();
    this.made = told.made;
    this.tickets = new Map(told.tickets.map((one) => [one.label, one]));
    if (told.printed > this.printed) this.printed = told.printed;
    this.paperMinutes = told.paper_minutes;
    this.changed();
  }

  /** The ticket of somebody, also of whom another device received. */
  ticketOf(person) {
    const own = this.tickets.get(labelOf(person.seen));
    return own ?? [...this.tickets.values()].find(({ who }) => who && who === person.who) ?? null;
  }

  /** What is known of his visit: this device's own memory, or what another device told since. */
  seenOf(person) {
    const [row, ticket] = [person.seen, this.ticketOf(person)];
    if (!ticket || (row && row.at >= ticket.since)) return row;
    const far = { problem: ticket.step === "problem" ? ticket.problem : "", settled: ticket.settled ?? "" };
    if (ticket.step === "not_today") far.outcome = "postpone";
    if (ticket.step === "observed") far.injected = row?.injected ?? ticket.since;
    return { ...row, ...far };
  }

  /** Everybody at a step: [{label, row, ticket, since}], who waits longest first; missed ones last. */
  at(step) {
    const rows = new Map();
    for (const ticket of this.tickets.values()) rows.set(ticket.label, { label: ticket.label, ticket, row: null });
    for (const row of this.site.seen.values()) {
      const label = labelOf(row) || row.who;
      rows.set(label, { label: labelOf(row), ticket: rows.get(label)?.ticket ?? null, row });
    }
    const found = [...rows.values()].map((one) => ({ ...one, ...standing(one) })).filter((one) => one.step === step);
    const late = ({ ticket }) => (ticket?.missed ? 1 : 0);
    return found.sort((a, b) => late(a) - late(b) || (a.since < b.since ? -1 : 1));
  }

  /** The numbers of a family, himself included. */
  family(kin) {
    return kin ? [...this.tickets.values()].filter((one) => one.kin === kin).map(({ label }) => label) : [];
  }

  /** Call at a table: `act` is next, again or missed. {label} or {word: why not}. */
  async call(act, label) {
    const { hand, sender } = this.site;
    if (!sender.reached) return this.callAlone(act, label);
    const told = { act, station: hand.station, table: hand.table, label };
    const answer = await post(this.site.data.call, told, PATIENCE, { "X-CSRFToken": csrf() }).catch(() => null);
    if (!answer?.ok || answer.redirected) return this.callAlone(act, label);
    const found = (await answer.json()).label;
    this.calls[hand.station] = act === "missed" ? "" : found;
    await this.look();
    return found ? { label: found } : { word: "call_nobody" };
  }

  /** Nobody else hears of it: only numbers of this device, none of them twice. */
  callAlone(act, label) {
    const { station } = this.site.hand;
    this.alone ??= new Map();
    if (act === "missed") this.alone.delete(label);
    const known = ({ label: other, ticket }) => this.alone.has(other) || other === label || (ticket?.table && !ticket.missed);
    const free = this.at(station).filter((one) => one.row && one.label && !known(one));
    const found = act === "again" ? label : act === "next" ? free[0]?.label : "";
    if (found) this.alone.set(found, station);
    this.calls[station] = found ?? "";
    return found || act === "missed" ? { label: found ?? "" } : { word: "call_nobody_here" };
  }
}
