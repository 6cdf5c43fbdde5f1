// The QR grammar: what a scanned text is. The twin of lachan/formats/qr.py; both pass
// vectors/qr.json. Shape only: tokens.js verifies signatures.

import { AIM, code } from "./codes.js";
import { crossCheck, fromHex, HEX, readDate, readPersonalNumber, sexOf } from "./identity.js";
import { isPlaceCode, plainPlaceCode } from "./placecode.js";

const LONGEST = 2000;
const USUAL_FIELDS = 11;
const MOST_FIELDS = 40;
const SEX_DIGITS = { 1: "male", 2: "female" };
const OLD_HOSTS = ["qr.pccovid.gov.vn", "qr.tokhaiyte.vn"];
const TOKENS = { P: "person_token", S: "slip_token", D: "declaration_token" };

/** {kind, text, fields, problems}; never throws. */
export function read(given, thisYear) {
  const bare = bareOf(given);
  if (!bare) return unknown(bare, "empty");
  const unread = code(bare) ?? code(bare.replace(AIM, ""));
  if (unread) return unread;
  const text = clean(given);
  if ([...text].length > LONGEST) return unknown([...text].slice(0, LONGEST).join(""), "too_long");
  if (/^L[PSD]1:/i.test(text)) return token(text);
  return text.includes("|") ? card(text, thisYear) : place(text);
}

const bareOf = (text) => text.replace(/[\ufeff\0]/g, "").trim();
export const clean = (text) => bareOf(text).replace(AIM, "").normalize("NFC");

const words = (text) => text.trim().split(/\s+/).join(" ");
const unknown = (text, problem) => ({ kind: "unknown", text, fields: {}, problems: [problem] });

function token(text) {
  const upper = text.toUpperCase();
  const found = /^L(?:([PS])1:[A-Z2-7]{136}|(D)1:[A-Z2-7]{144})$/.exec(upper);
  if (found) {
    return { kind: TOKENS[found[1] ?? found[2]], text: upper, fields: {}, problems: [] };
  }
  return unknown(text, /^[\x00-\x7f]*$/.test(text) ? "token_shape" : "input_method_on");
}

function place(text) {
  const found = (kind, code) => ({ kind, text, fields: { code }, problems: [] });
  if (isPlaceCode(text)) return found("place", plainPlaceCode(text));
  if (!/^https?:\/\//i.test(text)) return unknown(text, "no_known_shape");
  if (!URL.canParse(text)) return unknown(text, "no_known_shape");
  const url = new URL(text);
  const parts = url.pathname.split("/").filter(Boolean);
  const last = parts.at(-1) ?? "";
  if (parts.at(-2)?.toLowerCase() === "q" && isPlaceCode(last)) {
    return found("place", plainPlaceCode(last));
  }
  if (OLD_HOSTS.includes(url.hostname) && /^[A-Za-z]{6}$/.test(last)) {
    return found("place_2021", last);
  }
  return unknown(text, "foreign_url");
}

function card(text, thisYear) {
  const parts = text.split("|").map((part) => part.trim());
  const insured = /^(?:[A-Z]{2}[1-5]\d{12}|\d{10})$/i.test(parts[0]);
  if (insured && parts.length >= 5 && HEX.test(parts[1])) return insurance(text, parts);
  if (parts.length >= 5 && /^[01]$/.test(parts[3])) return personal2021(text, parts);
  if (!/^\d{12}$/.test(parts[0])) return unknown(text, "no_known_shape");
  if (parts.length < 6 || parts.length > MOST_FIELDS) return unknown(text, "card_field_count");
  return identityCard(text, parts, thisYear);
}

function identityCard(text, parts, thisYear) {
  const problems = [];
  if (parts.length === 6) {
    problems.push("card_six_fields");
    parts = sexOf(parts[3]) ? [parts[0], "", ...parts.slice(1)] : [...parts, ""];
  } else if (parts.length > USUAL_FIELDS) problems.push("card_more_fields");
  const [number, oldNumber, name, born, sexWord, address, issued] = parts;
  const sex = sexOf(sexWord);
  const birth = readDate(born);
  if (oldNumber && !/^(\d{9}|\d{12})$/.test(oldNumber)) problems.push("old_number_shape");
  if (!name) problems.push("name_missing");
  if (!birth) problems.push("birth_unreadable");
  if (!sex) problems.push("sex_unreadable");
  const said = readPersonalNumber(number);
  const birthYear = birth ? Number(birth.slice(0, 4)) : null;
  if (said.refused) problems.push(said.refused);
  else problems.push(...crossCheck(said, { sex, birthYear, thisYear }));
  const fields = { number, old_number: oldNumber, name: words(name), birth, sex, address };
  return { kind: "cccd", text, fields: { ...fields, issued: readDate(issued) }, problems };
}

function personal2021(text, [paper, name, born, byAnother, qid, ext = ""]) {
  const [declarer = "", sex = "", insured = "", phone = ""] = ext.split("<");
  const birth = readDate(born);
  const problems = [];
  if (paper && !/^[A-Z0-9*]{5,12}$/i.test(paper)) problems.push("number_shape");
  if (!birth) problems.push("birth_unreadable");
  const fields = {
    number: paper.includes("*") ? "" : paper.toUpperCase(),
    ...{ name: words(name), birth, by_another: byAnother, qid, declarer_qid: declarer },
    ...{ sex: SEX_DIGITS[sex] ?? "", insurance: insured, phone },
    masked: paper.includes("*") || born.includes("*") ? "1" : "0",
  };
  return { kind: "personal_2021", text, fields, problems };
}

function insurance(text, [number, nameHex, born, sexDigit, addressHex, ...further]) {
  const name = words(fromHex(nameHex));
  const birth = readDate(born);
  const problems = [];
  if (!name) problems.push("name_missing");
  if (!birth) problems.push("birth_unreadable");
  const sex = { 0: "female", 1: "male", 2: "female" }[sexDigit] ?? "";
  const [facility = "", since = "", until = ""] = further;
  const fields = {
    ...{ number: number.toUpperCase(), name, birth, sex, address: fromHex(addressHex), facility },
    ...{ valid_from: readDate(since), valid_to: readDate(until) },
  };
  return { kind: "bhyt", text, fields, problems };
}
