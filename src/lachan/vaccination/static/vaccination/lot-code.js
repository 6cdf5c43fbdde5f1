// A lot as it is scanned: the GS1 element string of a box or vial, or its number alone.

const GS = "\x1d";
const FIXED = { "00": 18, "01": 14, 11: 6, 13: 6, 15: 6, 17: 6 }; // identifier -> length
const NUMBER = /^[A-Z0-9][A-Z0-9./-]{1,19}$/;

/** {number, gtin, expires} of a scanned text, or null when it is no lot. */
export function lotIn(text) {
  const upper = text.trim().toUpperCase();
  const found = elements(upper.replace(/^\]D2|^\]C1/, ""));
  if (found?.[10]) {
    return { number: tidy(found[10]), gtin: found["01"] ?? "", expires: dayOf(found[17]) };
  }
  return NUMBER.test(upper) ? { number: tidy(upper), gtin: "", expires: "" } : null;
}

const tidy = (number) => number.replace(/[\s\x1d]/g, "");

function elements(text) {
  if (text.startsWith("(")) {
    return Object.fromEntries([...text.matchAll(/\((\d{2,4})\)([^(]*)/g)].map(([, ai, is]) => [ai, is]));
  }
  if (!/^\x1d?(01|10|17)/.test(text)) return null;
  const found = {};
  for (let rest = text.replace(/^\x1d/, ""); rest; ) {
    const name = rest.slice(0, 2);
    const end = rest.indexOf(GS, 2);
    const length = FIXED[name] ?? (end < 0 ? rest.length : end) - 2;
    if (FIXED[name] && !/^\d+$/.test(rest.slice(2, 2 + length))) return null;
    found[name] = rest.slice(2, 2 + length);
    rest = rest.slice(2 + length).replace(/^\x1d/, "");
  }
  return found["01"] || text.includes(GS) || found[17] ? found : null;
}

/** YYMMDD; day 00 is the last of the month. */
function dayOf(text) {
  if (!/^\d{6}$/.test(text ?? "")) return "";
  const [year, month, day] = text.match(/../g).map(Number);
  const last = new Date(Date.UTC(2000 + year, month, 0)).getUTCDate();
  return new Date(Date.UTC(2000 + year, month - 1, day || last)).toISOString().slice(0, 10);
}
