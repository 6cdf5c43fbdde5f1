// The code by which a kiosk is left, kept on the device as a digest: a kiosk that was switched off
// by a power cut is a kiosk again when the light is back.

const KEY = "gate.kiosk";
const ROUNDS = 100_000; // of PBKDF2: a short code is not read off the device in a minute

const hex = (bytes) => [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, "0")).join("");

async function digest(code, salt) {
  const text = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", text.encode(code), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: text.encode(salt), iterations: ROUNDS };
  return hex(await crypto.subtle.deriveBits(how, key, 256));
}

/** The kiosk this device is, {ways, salt, code}, or null. */
export const kept = () => JSON.parse(localStorage.getItem(KEY) ?? "null");

export async function keep(ways, code) {
  const salt = crypto.randomUUID();
  localStorage.setItem(KEY, JSON.stringify({ ways, salt, code: await digest(code, salt) }));
}

export async function opens(code) {
  const known = kept();
  return (await digest(code, known.salt)) === known.code;
}

export const forget = () => localStorage.removeItem(KEY);
