// The injection table: the lot stays in hand, then person after person, then the arm.

import { word } from "../ui/scan/words.js";
import { lotRefused, may } from "./may.js";
import { offer } from "./site-drawing.js";
import { labelOf } from "./site-steps.js";

export class Injection {
  constructor(site) {
    this.site = site;
    this.clear();
  }

  clear() {
    Object.assign(this, { person: null, told: {}, ready: null });
    offer([]);
  }

  /** A vial was scanned. */
  async lot(lot) {
    const refused = lotRefused(this.site.knowing.pack, lot, this.site.knowing.today());
    this.clear();
    if (refused) return { ...refused, lot: lot.number };
    await this.site.take({ lot });
    return { kind: "may", word: "lot_in_hand", lot: lot.number };
  }

  scanned(person) {
    this.clear();
    this.person = person;
    return this.ask();
  }

  ask() {
    const { knowing, sender, hand } = this.site;
    const facts = { entry: this.person.entry, seen: this.site.line.seenOf(this.person), told: this.told };
    const made = may({ pack: knowing.pack, lot: hand.lot, day: knowing.today(), reached: sender.reached, ...facts });
    this.ready = made.kind === "may" ? made : null;
    if (made.word === "arm") offer([["arm_left", () => this.press("arm", "left")], ["arm_right", () => this.press("arm", "right")]]);
    else if (made.word === "ask_elsewhere") {
      offer(["no", "yes", "unknown"].map((one) => [`elsewhere_${one}`, () => this.press("elsewhere", one), one !== "no"]));
    } else if (made.word === "elsewhere_told") {
      offer([["to_problem_table", () => this.away()], ["elsewhere_settled", () => this.press("elsewhere", "no"), true]]);
    } else if (made.word === "agreement_missing") offer([["agreed_in_writing", () => this.press("agreed", true)]]);
    else offer([]);
    return { ...made, name: this.person.name || word("by_code"), lot: hand.lot?.number, n: made.number };
  }

  async press(name, value) {
    const told = await this.command(name, value);
    if (told) this.site.say(told);
  }

  /** A dose elsewhere is settled at the table for problems. */
  async away() {
    const { person } = this;
    const note = this.told.elsewhere ?? "";
    this.clear();
    await this.site.keep("problem", person, { reason: "elsewhere", note }, { problem: "elsewhere" });
    this.site.say({ kind: "need", word: "sent_to_problems", name: person.name || word("by_code"), number: labelOf(person.seen) });
  }

  command(name, value) {
    if (!this.person) return null;
    if (name === "elsewhere" || name === "agreed") {
      this.told = { ...this.told, [name]: value };
      return this.ask();
    }
    return name === "arm" && this.ready ? this.give(value) : null;
  }

  /** A bar arrived while the vial is in hand: said at once, whatever stands on the page. */
  barred() {
    const { knowing, hand } = this.site;
    if (!hand.lot || !knowing.pack) return null;
    const refused = lotRefused(knowing.pack, hand.lot, knowing.today());
    if (!refused || refused.word === this.told.refused) return null;
    this.clear();
    this.told = { refused: refused.word };
    return { ...refused, lot: hand.lot.number };
  }

  async give(arm) {
    const { person, ready } = this;
    const { lot } = this.site.hand;
    const refused = this.barred();
    if (refused) return refused;
    const told = {
      ...{ product: ready.product, lot: lot.number, arm, agreed: Boolean(this.told.agreed) },
      ...{ elsewhere: this.told.elsewhere ?? "", number: ready.number },
    };
    const at = new Date(this.site.knowing.time()).toISOString();
    const next = person.entry?.asks[ready.product]?.next ?? this.site.knowing.pack.products[ready.product]?.next ?? "";
    await this.site.keep("injected", person, told, { injected: at, product: ready.product, next });
    this.clear();
    return { kind: "may", word: "injected", name: person.name || word("by_code"), n: ready.number };
  }
}
