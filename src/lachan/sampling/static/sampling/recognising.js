// What was scanned at the table: a tube, or a person and what this device knows of him.

import { read } from "../ui/scan/grammar.js";
import { verify } from "../ui/scan/tokens.js";
import { dayOf } from "./knowing.js";
import { SEEN, TUBES, store } from "./store.js";

const SLIP = /^PS-[0-9A-HJKMNP-TV-Z]{10}$/;
const BARCODE = /^[!-~]{1,40}$/;
const NUMBER = /^(\d{9}|\d{12})$/;
const CARDS = ["cccd", "personal_2021", "bhyt"];

/** What `step` needs of a scanned text, or {refused: word}. `knowing`: a Knowing. */
export async function recognise(text, knowing) {
  if (knowing.ours(text)) return tube(text, knowing);
  if (SLIP.test(text.toUpperCase())) return person(text, text.toUpperCase(), {}, knowing);
  const found = read(text, new Date().getFullYear());
  if (found.kind.endsWith("_token")) return token(found.text, knowing);
  if (CARDS.includes(found.kind)) {
    const { number, name, birth } = found.fields;
    if (!number) return { refused: "masked_card" };
    return person(text, number, { name, year: birth?.slice(0, 4) }, knowing);
  }
  if (NUMBER.test(found.text)) return person(text, found.text, {}, knowing);
  if (found.problems.includes("input_method_on")) return { refused: "input_method_on" };
  if (found.kind === "place" && !found.text.includes("/")) return tube(found.text, knowing);
  const shapeless = found.problems.includes("no_known_shape");
  if (!shapeless || !BARCODE.test(found.text)) return { refused: "unknown_code" };
  return tube(found.text, knowing);
}

async function tube(text, knowing) {
  const own = await store.one(TUBES, text);
  const closed = Boolean(own?.closed) || knowing.closed(text);
  return { kind: "tube", text, closed, foreign: knowing.foreign(text) };
}

async function token(text, knowing) {
  if (!knowing.ring.size) return person(text, text, {}, knowing);
  try {
    const { pseudonym } = await verify(knowing.ring, text, knowing.time() / 1000);
    return person(text, pseudonym, { pseudonym, ask: text }, knowing);
  } catch (failure) {
    return { refused: failure.code === "token_expired" ? "code_expired" : "bad_code" };
  }
}

async function person(text, who, { name, year, pseudonym, ask }, knowing) {
  const own = await store.one(SEEN, who);
  const today = own && dayOf(Date.parse(own.at)) === dayOf(knowing.time());
  const sampled = today ? { barcode: own.barcode } : (await knowing.sampled(pseudonym)) && {};
  const known = { name: name ?? "", year: year ?? "", id: crypto.randomUUID() };
  return { kind: "person", text, who, code: text, ask, sampled, ...known };
}
