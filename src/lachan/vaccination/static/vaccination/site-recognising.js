// What was scanned at the site: a command of the sheet, a person with what is known of him, or a lot.

import { read } from "../ui/scan/grammar.js";
import { verify } from "../ui/scan/tokens.js";
import { lotIn } from "./lot-code.js";
import { SEEN, store } from "./site-store.js";

const NUMBER = /^(\d{9}|\d{12})$/;
const CARDS = ["cccd", "personal_2021", "bhyt"];
/** What the printed sheet of codes says, for hands in gloves. */
const COMMANDS = {
  "LC-LEFT": ["arm", "left"],
  "LC-RIGHT": ["arm", "right"],
  "LC-NO": ["elsewhere", "no"],
  "LC-YES": ["elsewhere", "yes"],
  "LC-UNKNOWN": ["elsewhere", "unknown"],
  "LC-SAME": ["same", "match"],
  "LC-WELL": ["state", "well"],
  "LC-NEXT": ["next", "next"],
  "LC-BACK": ["back", "back"],
};

/** {kind: "command" | "person" | "lot", ...} or {refused: word}. */
export async function recognise(text, knowing) {
  const command = COMMANDS[text.trim().toUpperCase()];
  if (command) return { kind: "command", name: command[0], value: command[1] };
  // A code of the sheet that was read by halves is no lot.
  if (/^LC-/i.test(text.trim())) return { refused: "unknown_code" };
  const found = read(text, new Date().getFullYear());
  if (found.kind.endsWith("_token")) return token(found.text, knowing);
  if (CARDS.includes(found.kind)) return card(text, found.fields, knowing);
  if (NUMBER.test(found.text)) return person({ code: text, number: found.text }, knowing);
  if (found.problems.includes("input_method_on")) return { refused: "input_method_on" };
  const lot = lotIn(text);
  return lot ? { kind: "lot", lot } : { refused: "unknown_code" };
}

async function token(text, knowing) {
  try {
    const { pseudonym } = await verify(knowing.ring, text, knowing.time() / 1000);
    return person({ code: text, pseudonym }, knowing);
  } catch (failure) {
    return { refused: failure.code === "token_expired" ? "code_expired" : "bad_code" };
  }
}

function card(text, { number, name, birth, sex }, knowing) {
  if (!number) return { refused: "masked_card" };
  return person({ code: text, number, written: { name, birth, sex } }, knowing);
}

/** `written`: what the document itself says. */
async function person({ code, number, pseudonym, written = {} }, knowing) {
  const entry = await knowing.entry({ number, pseudonym });
  const who = entry?.who ?? pseudonym ?? number;
  const kept = await store.one(SEEN, who);
  const seen = kept?.session === knowing.data.session ? kept : null;
  const names = {
    name: entry?.name || written.name || seen?.name || "",
    birth: entry?.birth || written.birth || seen?.birth || "",
    sex: entry?.sex || written.sex || seen?.sex || "",
  };
  return { kind: "person", who, code, entry, seen, written, ...names };
}
