// The doctor's table: the checklist of the rule, judged while it is filled; nothing is chosen before.

import { word } from "../ui/scan/words.js";
import { at, named, offer } from "./site-drawing.js";
import { askedOf, screen } from "./screening.js";
import { measure, question } from "./site-questions.js";

const KINDS = { eligible: "may", caution: "need", postpone: "not", contraindicated: "not" };

export class Screening {
  constructor(site) {
    this.site = site;
    this.person = null;
    at("checklist").addEventListener("input", () => this.judge());
    at("checklist").addEventListener("submit", (event) => {
      event.preventDefault();
      this.save().catch(() => this.site.say({ kind: "not", word: "not_kept" }));
    });
  }

  scanned(person) {
    offer([]);
    this.person = person;
    this.draw();
    return { kind: "need", word: "ask_all", name: person.name || word("by_code") };
  }

  command() {
    return null;
  }

  get rule() {
    return this.site.knowing.pack.screening;
  }

  draw() {
    const questions = askedOf(this.rule, this.person.sex).map((one) => question(one));
    const measures = this.rule.measures.map((one) => measure(one));
    at("questions").replaceChildren(...questions, ...measures);
    at("consent").checked = false;
    at("consent-text").textContent = named(this.rule.consent);
    at("checklist").hidden = false;
    this.judge();
  }

  facts() {
    const form = new FormData(at("checklist"));
    const facts = {};
    for (const { code } of this.rule.questions) if (form.get(code)) facts[code] = form.get(code);
    for (const { code, least, most } of this.rule.measures) {
      const value = Number(String(form.get(code) ?? "").replace(",", "."));
      if (form.get(code) && value >= least && value <= most) facts[code] = value;
    }
    const year = Number((this.person.birth ?? "").slice(0, 4));
    // Somebody of whom only the year is known is taken for no older than he is.
    if (year) facts.age_years = Number(this.site.knowing.today().slice(0, 4)) - year - 1;
    const vaccine = this.site.product();
    if (vaccine) facts.vaccine = vaccine;
    return facts;
  }

  judge() {
    const found = screen(this.rule, this.facts(), this.person?.sex ?? "");
    const reasons = found.reasons.map((code) => named(this.rule.reasons[code]) || code).join("; ");
    at("outcome").textContent = reasons ? `${word(found.outcome)}: ${reasons}` : word(found.outcome);
    at("outcome").dataset.outcome = found.outcome;
    at("save").disabled = found.outcome === "incomplete";
    return found;
  }

  async save() {
    const found = this.judge();
    const { age_years: age, vaccine = "", ...facts } = this.facts();
    const codes = new Set(this.rule.questions.map(({ code }) => code));
    const answers = Object.fromEntries(Object.entries(facts).filter(([code]) => codes.has(code)));
    const measured = Object.fromEntries(Object.entries(facts).filter(([code]) => !codes.has(code)));
    if (age !== undefined) measured.age_years = age;
    const consent = at("consent").checked;
    const { rule, version } = this.rule;
    const told = { answers, measured, outcome: found.outcome, rule, version, consent, vaccine, details: this.details() };
    const { person } = this;
    await this.site.keep("screened", person, { ...told, sex: person.sex }, { outcome: found.outcome, consent });
    at("checklist").hidden = true;
    this.person = null;
    if (KINDS[found.outcome] === "not") return this.away(person, found.outcome);
    const name = person.name || word("by_code");
    const hospital = found.outcome === "caution" ? [["refer", () => this.end(person, "hospital"), true]] : [];
    offer([...hospital, ["leaves", () => this.end(person, ""), true]]);
    return this.site.say(consent ? { kind: KINDS[found.outcome], word: `said_${found.outcome}`, name } : { kind: "not", word: "no_consent", name });
  }

  /** Who is not injected today is told why, and when to come, at the table for problems. */
  async away(person, outcome) {
    const note = at("outcome").textContent.slice(0, 200);
    await this.site.keep("problem", person, { reason: "screening", note }, { problem: "screening" });
    this.site.say({ kind: "not", word: `said_${outcome}`, name: person.name || word("by_code") });
  }

  /** Who is not injected here though the rule allows it: sent to a hospital, or gone. */
  async end(person, how) {
    const said = how ? "refer" : "leaves";
    await this.site.keep("left", person, { why: word(said), how }, { gone: true });
    offer([]);
    this.site.say({ kind: "need", word: `${said}_kept`, name: person.name || word("by_code") });
  }

  /** What was said to a "yes": the doctor's own words. */
  details() {
    const fields = [...at("questions").querySelectorAll("[data-detail]")].filter((one) => !one.hidden && one.value.trim());
    return Object.fromEntries(fields.map((one) => [one.dataset.detail, one.value.trim().slice(0, 200)]));
  }
}
