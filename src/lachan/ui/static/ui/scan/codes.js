// Certificates and boxes, known by their beginning only: a gate meets them and cannot use them. The
// twins lachan/formats/certificates.py and gs1.py unfold them; see docs/platforms/qr.md.

const LONGEST_CODE = 7089;
export const AIM = /^\][A-Za-z]\d/; // what a reader puts before a text to name the symbology
const GS1_SYMBOLOGY = /^\](?:d2|C1|e0|Q3|J1)/;
const CODES = [
  ["certificate", /^HC1:[0-9A-Z $%*+\-./:]{20,}$/],
  ["smart_health_card", /^shc:\/\d/],
];

/** Kinds that say nothing of who stands there for us: no number of ours is in them. */
export const NOT_PERSONAL = ["certificate", "smart_health_card", "gs1"];

/** {kind, text, fields, problems} or null; shape only. */
export function code(text) {
  if (text.length > LONGEST_CODE) return null;
  const found = CODES.find(([, shape]) => shape.test(text))?.[0] ?? (isGs1(text) ? "gs1" : null);
  return found && { kind: found, text, fields: {}, problems: [] };
}

function isGs1(text) {
  if (GS1_SYMBOLOGY.test(text) || /^\x1d|^\(\d{2,4}\)/.test(text)) return true;
  return /^01\d{14}(?:\x1d|$|\d{2})/.test(text) && hasCheckDigit(text.slice(2, 16));
}

function hasCheckDigit(digits) {
  const weigh = (total, digit, at) => total + Number(digit) * (at % 2 ? 3 : 1);
  return [...digits].reverse().reduce(weigh, 0) % 10 === 0;
}
