// Whether this person may be injected with this lot now, by everything the device knows. The word
// names a sentence of the page; "may" goes, "need" asks, "not" stops.

export const NOT_TODAY = ["postpone", "contraindicated"];

/**
 * `pack`: of the session; `lot`: {number, expires} in hand or null; `entry`: the person's of the list
 * or null; `seen`: what this device knows of his visit; `told`: {elsewhere, agreed} what he said;
 * `day`: today; `reached`: whether the network is there.
 */
export function may({ pack, lot, entry, seen, told = {}, day, reached }) {
  const refused = lotRefused(pack, lot, day);
  if (refused) return refused;
  if (seen?.injected) return { kind: "not", word: "injected_already" };
  if (seen?.problem) return { kind: "not", word: "at_problem_table" };
  if (NOT_TODAY.includes(seen?.outcome)) return { kind: "not", word: "screened_out" };
  const product = productOf(pack, lot);
  const asked = entry?.asks[product];
  if (asked && !due(asked, day) && !(asked.outcome === "no_agreement" && told.agreed)) {
    const word = asked.outcome === "no_agreement" ? "agreement_missing" : "not_due";
    return { kind: word === "not_due" ? "not" : "need", word, said: asked.said, version: asked.version };
  }
  // What was given elsewhere since the list was made is asked aloud where nobody else can tell.
  // The table for problems has looked at the paper: it is not asked again.
  const asks = (!entry || !reached) && seen?.settled !== "elsewhere";
  if (asks && !told.elsewhere) return { kind: "need", word: "ask_elsewhere" };
  if (told.elsewhere && told.elsewhere !== "no") return { kind: "not", word: "elsewhere_told" };
  return { kind: "may", word: "arm", number: asked?.number ?? 1, product };
}

/** Why nobody is given this lot, or null. */
export function lotRefused(pack, lot, day) {
  if (pack.stopped !== undefined && pack.stopped !== null) {
    return { kind: "not", word: "session_stopped", why: pack.stopped };
  }
  if (!lot) return { kind: "need", word: "lot_first" };
  if (pack.barred.includes(lot.number)) return { kind: "not", word: "lot_barred" };
  const known = pack.lots[lot.number];
  const expires = known?.expires ?? lot.expires;
  if (expires && expires < day) return { kind: "not", word: "lot_expired" };
  if (!productOf(pack, lot)) return { kind: "not", word: "lot_unknown" };
  return null;
}

/** Which vaccine is in the vial: as the store says, by its GTIN, or the session's only one. */
export function productOf(pack, lot) {
  const known = pack.lots[lot.number]?.product;
  if (known) return known;
  const codes = Object.keys(pack.products);
  const same = Object.values(pack.lots).find(({ gtin }) => gtin && gtin === lot.gtin)?.product;
  return same ?? (codes.length === 1 ? codes[0] : "");
}

/** Due today: it was when the pack was made, or its earliest day has come since. */
function due({ outcome, earliest }, day) {
  return outcome === "due" || (outcome === "too_soon" && earliest !== "" && earliest <= day);
}
