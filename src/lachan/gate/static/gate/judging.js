// What a device says by itself: whether a code is ours, and what its pack says of its person.

import { DECLARED, PERSONS_OWN, SERVERS_OWN, verdict, written } from "./decide.js";
import { factsOf, revoked, valid } from "./pack.js";
import { packSaid } from "./strip.js";
import { verify } from "../ui/scan/tokens.js";
import { word } from "../ui/scan/words.js";

/** The token behind a code, null for a card, {refused} where it is not to be believed. */
export async function believed(keeper, found, at) {
  if (!found.kind.endsWith("_token")) return null;
  if (!keeper.ring.size) return { refused: "no_keys" };
  try {
    const token = await verify(keeper.ring, found.text, at);
    return (await revoked(keeper.pack, token, at)) ? { refused: "code_revoked" } : token;
  } catch (failure) {
    return { refused: failure.code === "token_expired" ? "code_expired" : "bad_code" };
  }
}

/** The verdict of the pack, or null where no pack may judge any more. */
export async function judged(keeper, token, at) {
  if (!valid(keeper.pack, at)) return null;
  const pseudonym = token?.pseudonym ?? null;
  const facts = { ...(await factsOf(keeper.pack, pseudonym, at)), ...told(token, at) };
  const unseen = new Set([...SERVERS_OWN, ...(pseudonym ? [] : PERSONS_OWN)]);
  if (token?.declared) DECLARED.forEach((name) => unseen.delete(name));
  const language = document.documentElement.lang.startsWith("en") ? "en" : "vi";
  const made = verdict(keeper.pack, facts, unseen, at, language);
  if (!made) return null;
  const asof = [word("judged_here").replace("{version}", made.version), packSaid(keeper)];
  if (made.partly) asof.push(word(token?.declared ? "tests_not_seen" : "not_seen"));
  return { kind: made.kind, word: word(`is_${made.kind}`), why: made.why, asof: asof.join(" ") };
}

/** What a printed declaration says of itself: its age in whole hours, as the server counts it. */
function told(token, at) {
  if (!token?.declared) return {};
  const { at: declared, symptoms, contact } = token.declared;
  const hours = Math.max(0, Math.floor((at - declared) / 3600));
  return { declaration_age_hours: hours, symptoms, contact };
}

/** What is said of a scan that was kept and judged by nobody. */
export function unjudged(keeper, scan) {
  const clock = written(scan.at);
  if (scan.direction === "out") {
    const why = word("out_kept");
    return { kind: "kept", word: word("kept"), why, asof: clock };
  }
  const why = word(keeper.pack ? "kept_pack_over" : "kept_no_pack");
  return { kind: "kept", word: word("kept"), why, asof: clock };
}
