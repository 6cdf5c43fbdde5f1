// Place codes with their check symbol. The twin of lachan/formats/placecode.py.

const SYMBOLS = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"; // 31, a prime: see the twin
const BODY = 7;

export const plainPlaceCode = (text) => text.replace(/[- ]/g, "").toUpperCase();

export function isPlaceCode(text) {
  const code = plainPlaceCode(text);
  if (code.length !== BODY + 1 || [...code].some((s) => !SYMBOLS.includes(s))) return false;
  let sum = 0;
  for (let i = 0; i < BODY; i++) sum += (i + 2) * SYMBOLS.indexOf(code[i]);
  return code[BODY] === SYMBOLS[sum % SYMBOLS.length];
}
