// The reception: who it is by document, whether he is on the list, and his number in the queue.

import { word } from "../ui/scan/words.js";
import { offer } from "./site-drawing.js";

const REASONS = ["walk_resident", "walk_leftover", "walk_other_site", "walk_other"];

/** One spelling for two writings of a name. */
const plain = (name) => (name ?? "").normalize("NFC").toUpperCase().replace(/\s+/g, " ").trim();

export class Reception {
  constructor(site) {
    this.site = site;
    this.person = null;
  }

  async scanned(person) {
    if (person.seen?.received) {
      offer([]);
      return { kind: "need", word: "received_already", name: person.name, number: person.seen.number };
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

  /** Somebody without a document was entered, and somebody vouches. */
  made(person) {
    this.person = person;
    return this.take("none", word("walk_no_document"));
  }

  async pressed(identity, why) {
    this.site.say(await this.take(identity, why));
  }

  away() {
    this.person = null;
    offer([]);
    this.site.say({ kind: "need", word: "next_person" });
  }

  async take(identity, why = "") {
    const { person } = this;
    this.person = null;
    offer([]);
    const number = person.seen?.number ?? this.site.nextNumber();
    const told = { number, listed: Boolean(person.entry), why, identity };
    if (identity === "mismatch") {
      Object.assign(told, { register: person.entry.name, document: person.written.name });
    }
    await this.site.keep("reception", person, told, { received: true, number });
    return { kind: "may", word: "received", number, name: person.name || word("by_code") };
  }
}
