// The reception: who it is by document, whether he is on the list, and his number in the queue.

import { word } from "../ui/scan/words.js";
import { offer } from "./site-drawing.js";
import { labelOf } from "./site-steps.js";

const REASONS = ["walk_resident", "walk_leftover", "walk_other_site", "walk_other"];

/** One spelling for two writings of a name. */
const plain = (name) => (name ?? "").normalize("NFC").toUpperCase().replace(/\s+/g, " ").trim();

export class Reception {
  constructor(site) {
    this.site = site;
    this.person = null;
  }

  async scanned(person) {
    const label = labelOf(person.seen) || this.site.line.ticketOf(person)?.label;
    if (person.seen?.received || label) {
      offer([]);
      return { kind: "need", word: "received_already", name: person.name, number: label };
    }
    const before = this.person;
    this.person = person;
    if (!person.entry) return this.walkIn(person);
    // A code says who it should be; the document says who it is.
    if (!person.written.name) {
      offer([["same_person", () => this.pressed("match")]]);
      return { kind: "need", word: "show_document", name: person.name };
    }
    if (plain(person.written.name) === plain(person.entry.name)) return this.take("match");
    if (before?.who !== person.who) {
      offer([["note_both", () => this.pressed("mismatch")], ["to_problem_table", () => this.away(), true]]);
    }
    const both = { register: person.entry.name, document: person.written.name };
    return { kind: "not", word: "names_differ", ...both };
  }

  command(name) {
    if (name !== "same" || !this.person?.entry || this.person.written.name) return null;
    return this.take("match");
  }

  walkIn(person) {
    if (!this.site.knowing.pack?.walk_in) return { kind: "not", word: "no_walk_in", name: person.name };
    const identity = person.written.name ? "match" : "none";
    offer(REASONS.map((why) => [why, () => this.pressed(identity, word(why)), true]));
    return { kind: "need", word: "not_listed", name: person.name || word("by_code") };
  }

  /** Somebody without a document was entered, and somebody vouches; else the table for problems does. */
  async made(person) {
    this.person = person;
    const told = await this.take("none", word("walk_no_document"));
    return person.made.unvouched ? this.send(person, "no_document") : told;
  }

  /** He has a number, and is settled at the table for problems. */
  async send(person, reason) {
    await this.site.keep("problem", person, { reason, note: "" }, { problem: reason });
    return { kind: "need", word: "sent_to_problems", name: person.name || word("by_code"), number: labelOf(person.seen) };
  }

  async pressed(identity, why) {
    this.site.say(await this.take(identity, why));
  }

  async away() {
    const { person } = this;
    await this.take("mismatch");
    this.site.say(await this.send(person, "identity"));
  }

  async take(identity, why = "") {
    const { person } = this;
    this.person = null;
    offer([]);
    const { letter = "", number = null } = person.seen?.number ? person.seen : await this.site.line.number(person);
    const told = { number, letter, listed: Boolean(person.entry), why, identity };
    if (identity === "mismatch") {
      Object.assign(told, { register: person.entry.name, document: person.written.name });
    }
    await this.site.keep("reception", person, told, { received: true, number, letter, kin: person.entry?.kin ?? "" });
    const family = (person.entry?.kin_size ?? 1) > 1;
    const said = !number ? "received_no_number" : family ? "received_family" : "received";
    return { kind: "may", word: said, number: labelOf(person.seen), n: person.entry?.kin_size, name: person.name || word("by_code") };
  }
}
