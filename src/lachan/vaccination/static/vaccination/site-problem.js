// The table for problems: who was sent here and why; worked off, and back to the line or home.

import { word } from "../ui/scan/words.js";
import { at, offer } from "./site-drawing.js";
import { labelOf } from "./site-steps.js";

/** What may be the answer to each reason, by word: where the person goes then. */
const ANSWERS = {
  identity: [["solved_same", "line"], ["solved_other_person", "home"]],
  no_document: [["solved_vouched", "line"], ["solved_nobody_vouches", "home"]],
  elsewhere: [["solved_no_dose", "line"], ["solved_had_dose", "home"]],
  screening: [["solved_come_again", "home"], ["solved_screen_again", "screening"]],
  other: [["solved_back", "line"], ["solved_not_today", "home"]],
};

export class ProblemTable {
  constructor(site) {
    Object.assign(this, { site, person: null });
  }

  clear() {
    this.person = null;
    at("solve").hidden = true;
    at("solve-note").value = "";
    at("solve-voucher").value = "";
  }

  scanned(person) {
    this.clear();
    const reason = this.site.line.seenOf(person)?.problem || (person.ticket?.problem ?? "");
    const number = labelOf(person.seen) || this.site.line.ticketOf(person)?.label || person.ticket?.label || "";
    const name = person.name || number || word("by_code");
    if (!reason) {
      this.person = person;
      offer([["problem_take_in", () => this.takeIn()]]);
      return { kind: "need", word: "no_problem_known", name };
    }
    Object.assign(this, { person, reason });
    at("solve").hidden = false;
    at("solve-voucher-box").hidden = reason !== "no_document";
    offer((ANSWERS[reason] ?? ANSWERS.other).map(([how, back]) => [how, () => this.solve(how, back), back !== "line"]));
    return { kind: "need", word: `about_${reason}`, name, number };
  }

  command() {
    return null;
  }

  /** He came by himself, or another device knows why. */
  async takeIn() {
    const { person } = this;
    await this.site.keep("problem", person, { reason: "other", note: "" }, { problem: "other" });
    this.site.say(this.scanned(person));
  }

  async solve(how, back) {
    const { person, site } = this;
    const note = at("solve-note").value.trim().slice(0, 200);
    const voucher = at("solve-voucher").value.trim().slice(0, 120);
    if (how === "solved_vouched" && !voucher) {
      at("solve-voucher").focus();
      return site.say({ kind: "need", word: "voucher_missing" });
    }
    const name = person.name || labelOf(person.seen) || person.ticket?.label || word("by_code");
    const { reason } = this;
    this.clear();
    offer([]);
    const to = back === "home" ? "line" : back;
    const made = person.made && voucher ? { ...person.made, vouched_by: voucher, unvouched: undefined } : person.made;
    const again = back === "screening" ? { outcome: "", consent: false } : {};
    await site.keep("solved", person, { how: word(how), note, vouched_by: voucher, back: to }, { problem: "", settled: reason, ...again });
    if (made !== person.made) await site.knows(person, { made });
    if (back !== "home") return site.say({ kind: "may", word: back === "screening" ? "back_to_screening" : "back_to_line", name });
    await site.keep("left", person, { why: [word(how), note].filter(Boolean).join(": ").slice(0, 200) }, { gone: true });
    return site.say({ kind: "need", word: "sent_home", name });
  }
}
