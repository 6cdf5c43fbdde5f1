// What to say of a text that is no person's code.

const NOT_PERSONAL = new Set(["certificate", "smart_health_card", "gs1"]);
const FOREIGN = /[^\x00-\x7f]/; // our codes are plain letters: a keyboard's Vietnamese typing is not

/** The name of the sentence for what grammar.js read, or "" when it may belong to a person. */
export function unreadable(found) {
  if (NOT_PERSONAL.has(found.kind) || /^HC1:/i.test(found.text)) return "certificate_only";
  if (found.kind.startsWith("place")) return "place_code";
  if (found.kind !== "unknown") return "";
  if (found.problems.includes("input_method_on")) return "input_method_on";
  if (FOREIGN.test(found.text) && !found.text.includes("|")) return "input_method_on";
  return "unknown_code";
}
