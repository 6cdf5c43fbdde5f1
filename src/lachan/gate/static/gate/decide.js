// The rulebook in the browser: the twin of rulebook/evaluate.py:colour_of and
// rulebook/sentences.py; both pass vectors/card_colour.json and cases made at random.

/** Facts that live on the server alone, unless the code itself is a printed declaration. */
export const DECLARED = ["declaration_age_hours", "symptoms", "contact"];
/** Facts that live on the server alone: a device without a network cannot have them. */
const TESTED = ["test_outcome", "test_age_hours", "test_method", "test_valid"];
export const SERVERS_OWN = new Set([...DECLARED, ...TESTED]);
/** What a pack says of a person by the pseudonym; of a card, which is no pseudonym, nothing. */
export const PERSONS_OWN = new Set(["duty", "duty_until", "lives_in_zone", "zone_pass"]);

const MILDER = ["green", "neutral", "yellow", "red"];
const LOCAL = 7 * 3600 * 1000; // milliseconds: Vietnam's one offset since 1975

const absent = (value) => value === undefined || value === null;

/** {colour, outcome, values, clause}: the first clause that fits, as in Python. */
export function colourOf(clauses, facts) {
  const clause = clauses.findIndex(({ when }) => (when ?? []).every((one) => fits(one, facts)));
  if (clause < 0) throw new Error("a card colour rule must end with a clause without condition");
  const { colour, outcome, values, constants } = clauses[clause];
  const asked = Object.fromEntries((values ?? []).map((name) => [name, facts[name] ?? null]));
  return { colour, outcome, values: { ...asked, ...constants }, clause };
}

function fits(condition, facts) {
  const value = facts[condition.fact];
  if ("missing" in condition) return absent(value) === Boolean(condition.missing);
  if (absent(value)) return false;
  if ("is" in condition) return value === condition.is;
  if ("at_most" in condition) return value <= condition.at_most;
  return value > condition.above;
}

/**
 * What a device says that does not know the facts named in `unseen`.
 *
 * A clause that asked for such a fact, and would have been milder than the one that fits, leaves
 * it open: then the colour is `unknownIs` and the outcome "unseen". A red that fits stands: what
 * is known to keep somebody out is not made milder by what is not known. `partly`: something was
 * not seen, whatever was decided.
 */
export function judge(clauses, facts, unseen, unknownIs) {
  const made = colourOf(clauses, facts);
  const before = clauses.slice(0, made.clause).filter(({ when }) => open(when ?? [], facts, unseen));
  const partly = before.length > 0;
  const milder = before.some(({ colour }) => rank(colour) < rank(made.colour));
  // "Not declared" may not be said of somebody whose declaration nobody could look for.
  if (partly && made.colour !== "red" && (milder || made.colour === "neutral")) {
    return { ...made, colour: unknownIs, outcome: "unseen", values: {}, partly };
  }
  return { ...made, partly };
}

const rank = (colour) => MILDER.indexOf(colour);

/** A clause that does not fit, and might if the unseen facts were known. */
function open(when, facts, unseen) {
  return when.every((one) => unseen.has(one.fact) || fits(one, facts));
}

/** The sentence of a decision for the guard, in `language`; the twin of `sentences.sentence`. */
export function sentence(rule, { outcome, values }, language) {
  const text = rule.sentences[outcome][language];
  const said = text.replace(/\{\{|\}\}|\{(\w+)(?::(\w+))?\}/g, (whole, name, format) => {
    if (!name) return whole[0];
    const value = values[name];
    if (format && rule.terms[format]) return rule.terms[format][value]?.[language] ?? plain(value);
    if (format === "date") return written(value).slice(6);
    if (format === "time") return written(value);
    return plain(value);
  });
  return said.slice(0, 1).toUpperCase() + said.slice(1);
}

function plain(value) {
  if (absent(value)) return "None";
  if (value === true) return "True";
  return value === false ? "False" : String(value);
}

/** `08:10 26/11/2026` at Vietnam's offset. */
export function written(instant) {
  const at = new Date(Date.parse(instant) + LOCAL);
  const two = (number) => String(number).padStart(2, "0");
  const day = `${two(at.getUTCDate())}/${two(at.getUTCMonth() + 1)}/${at.getUTCFullYear()}`;
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())} ${day}`;
}

/** The version of the rule that holds at second `at`, or null. */
export function ruleAt(content, at) {
  return content.rules.find((rule) => rule.from <= at && at < rule.to) ?? null;
}

/**
 * The verdict of a pack: {kind, outcome, why, version, partly}, or null where no rule holds.
 * `known`: the facts; `unseen`: names of facts that could not be known.
 */
export function verdict(content, known, unseen, at, language) {
  const rule = ruleAt(content, at);
  if (!rule) return null;
  const made = judge(rule.clauses, known, unseen, content.unknown_is);
  const admitted = content.admitted.includes(made.outcome);
  const kind = admitted ? "may" : (content.kinds[made.colour] ?? "need");
  const why = made.outcome === "unseen" ? content.unseen[language] : sentence(rule, made, language);
  return { kind, outcome: made.outcome, why, version: rule.version, partly: made.partly };
}
