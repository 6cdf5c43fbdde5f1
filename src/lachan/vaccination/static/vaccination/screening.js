// The checklist before an injection, judged without a network. The twin of
// lachan/rulebook/vaccines.py; both pass vectors/screening.json.

const ANSWERS = ["yes", "no", "unknown"];
const GRAVEST = ["contraindicated", "postpone", "caution"]; // the gravest first

/** The questions for somebody of that sex; all of them where it is not known. */
export function askedOf(rule, sex) {
  return rule.questions.filter((one) => !one.sex || !sex || one.sex === sex);
}

/** The numbers that must be taken: always, or where an answer is yes. */
export function takenOf(rule, facts) {
  return rule.measures.filter((one) => one.always || (one.if && facts[one.if] === "yes"));
}

/**
 * What screening comes to: {outcome, reasons, missing}. `facts`: code -> answer or number.
 * A contraindication or a postponement is certain before the last answer; nothing lighter is.
 */
export function screen(rule, facts, sex = "") {
  const silent = askedOf(rule, sex).filter(({ code }) => !ANSWERS.includes(facts[code]));
  const untaken = takenOf(rule, facts).filter(({ code }) => facts[code] === undefined);
  const missing = [...silent, ...untaken].map(({ code }) => code);
  const met = rule.clauses.filter(({ when }) => when.every((one) => holds(one, facts)));
  const worst = GRAVEST.find((name) => met.some(({ outcome }) => outcome === name)) ?? "eligible";
  const light = worst === "eligible" || worst === "caution";
  const outcome = missing.length && light ? "incomplete" : worst;
  const own = met.filter((clause) => clause.outcome === outcome).map(({ reason }) => reason);
  return { outcome, reasons: [...new Set(own)], missing };
}

function holds(condition, facts) {
  const value = facts[condition.fact];
  if (value === undefined || value === null) return false;
  if ("is" in condition) return value === condition.is;
  if (typeof value === "string") return false;
  if ("below" in condition) return value < condition.below;
  return value > condition.above;
}
