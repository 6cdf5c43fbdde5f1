// What a 12-digit personal number and a written date say. The twin of lachan/formats/identity.py
// and dates.py; both pass vectors/identity.json.

// The 63 provinces of birth registration until 30 June 2025 (Circular 07/2016/TT-BCA), without 0.
const PROVINCES_63 = new Set(
  ("01 02 04 06 08 10 11 12 14 15 17 19 20 22 24 25 26 27 30 31 33 34 35 36 37 38 40 42 44 45 46 " +
    "48 49 51 52 54 56 58 60 62 64 66 67 68 70 72 74 75 77 79 80 82 83 84 86 87 89 91 92 93 94 95 96")
    .split(" ")
    .map((code) => "0" + code),
);

/** {number, provinceCode, bornAbroad, sex, birthYear, serial} or {refused: code}. */
export function readPersonalNumber(text) {
  const number = text.replace(/[\s.-]/g, "");
  if (!/^[0-9]+$/.test(number)) return { refused: "number_not_digits" };
  if (number.length !== 12) return { refused: "number_length" };
  const provinceCode = number.slice(0, 3);
  const bornAbroad = Number(provinceCode) >= 100;
  if (!bornAbroad && !PROVINCES_63.has(provinceCode)) return { refused: "number_province" };
  const digit = Number(number[3]);
  return {
    number,
    provinceCode,
    bornAbroad,
    sex: digit % 2 ? "female" : "male",
    birthYear: 1900 + 100 * Math.floor(digit / 2) + Number(number.slice(4, 6)),
    serial: number.slice(6),
  };
}

/** Codes of what disagrees between number and declaration; "" and null are not compared. */
export function crossCheck(number, { sex, birthYear, thisYear }) {
  const found = [];
  if ((sex === "male" || sex === "female") && sex !== number.sex) found.push("sex_differs");
  if (birthYear !== null && birthYear !== number.birthYear) found.push("birth_year_differs");
  if (number.birthYear > thisYear) found.push("born_in_future");
  return found;
}

/** "YYYY-MM-DD", "YYYY-MM", "YYYY" or "". */
export function readDate(given) {
  const text = given.trim();
  let found = /^(\d{4})(?:-(\d{2}|\*\*)(?:-(\d{2}|\*\*))?)?$/.exec(text);
  if (found) return checked(found[1], found[2] ?? "", found[3] ?? "");
  found = /^(\d{2})(\d{2})(\d{4})$/.exec(text) ?? /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text);
  if (found) return checked(found[3], found[2], found[1]);
  found = /^(\d{1,2})[/.-](\d{4})$/.exec(text);
  return found ? checked(found[2], found[1], "") : "";
}

function checked(year, month, day) {
  const unknown = ["", "00", "**"];
  if (year === "0000") return "";
  if (unknown.includes(month)) return unknown.includes(day) ? year : "";
  if (Number(month) < 1 || Number(month) > 12) return "";
  const head = `${year}-${month.padStart(2, "0")}`;
  if (unknown.includes(day)) return head;
  // Day 0 of the next month is the last of this one; setUTCFullYear also takes years below 100.
  const last = new Date(0);
  last.setUTCFullYear(Number(year), Number(month), 0);
  const number = Number(day);
  return number >= 1 && number <= last.getUTCDate() ? `${head}-${day.padStart(2, "0")}` : "";
}

const SEX_WORDS = { nam: "male", nu: "female", nữ: "female", male: "male", female: "female" };

/** "male", "female" or "" of the word on a card. */
export const sexOf = (word) =>
  Object.hasOwn(SEX_WORDS, word.toLowerCase()) ? SEX_WORDS[word.toLowerCase()] : "";

/** Pairs of hexadecimal digits, as an insurance card writes names. */
export const HEX = /^(?:[0-9A-Fa-f]{2})*$/;

/** The text of such pairs, "" where it is none. */
export function fromHex(text) {
  if (!HEX.test(text)) return "";
  const bytes = Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes).normalize("NFC");
  } catch {
    return "";
  }
}
