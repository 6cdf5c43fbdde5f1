// Person, slip and declaration tokens, verified without a network. The twin of lachan/credentials/tokens.py;
// both pass vectors/tokens.json.

const PREFIXES = { "LP1:": "person", "LS1:": "slip", "LD1:": "declaration" };
const SYMBOLS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const HEAD = 21; // bytes: key id, pseudonym, expiry
const DECLARED = 5; // bytes more in a declaration: declared at, flags
const SIGNATURE = 64; // bytes
const [SYMPTOMS, CONTACT] = [1, 2]; // bits of the flags
const ES256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

export class TokenRefused extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** A ring of public keys: {"1": base64 of the 65-byte point, ...} -> Map(id -> CryptoKey). */
export async function keyRing(points) {
  const ring = new Map();
  for (const [id, point] of Object.entries(points)) {
    const raw = Uint8Array.from(atob(point), (c) => c.charCodeAt(0));
    ring.set(Number(id), await crypto.subtle.importKey("raw", raw, ES256, false, ["verify"]));
  }
  return ring;
}

/** The token, believed at second `at`; throws TokenRefused with the same codes as Python. */
export async function verify(ring, text, at) {
  const { token, signed, signature } = parse(text);
  const key = ring.get(token.keyId);
  if (!key) throw new TokenRefused("token_unknown_key");
  if (!(await crypto.subtle.verify(ES256, key, signature, signed))) {
    throw new TokenRefused("token_wrong_signature");
  }
  if (at >= token.expiresAt) throw new TokenRefused("token_expired");
  return token;
}

function parse(given) {
  const text = given.trim().toUpperCase();
  const kind = PREFIXES[text.slice(0, 4)];
  const body = HEAD + (kind === "declaration" ? DECLARED : 0);
  // No padding: 85 and 90 bytes are exactly 136 and 144 symbols.
  if (!kind || text.length !== 4 + ((body + SIGNATURE) * 8) / 5) {
    throw new TokenRefused("token_malformed");
  }
  const raw = fromBase32(text.slice(4));
  const signed = new Uint8Array(4 + body);
  signed.set(new TextEncoder().encode(text.slice(0, 4)));
  signed.set(raw.subarray(0, body), 4);
  const numbers = new DataView(raw.buffer);
  const token = {
    kind,
    keyId: raw[0],
    pseudonym: [...raw.subarray(1, 17)].map((b) => b.toString(16).padStart(2, "0")).join(""),
    expiresAt: numbers.getUint32(17),
  };
  if (kind === "declaration") {
    const flags = raw[HEAD + 4];
    const [symptoms, contact] = [Boolean(flags & SYMPTOMS), Boolean(flags & CONTACT)];
    token.declared = { at: numbers.getUint32(HEAD), symptoms, contact };
  }
  return { token, signed, signature: raw.subarray(body) };
}

function fromBase32(text) {
  const bytes = new Uint8Array((text.length * 5) / 8);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const symbol of text) {
    const value = SYMBOLS.indexOf(symbol);
    if (value < 0) throw new TokenRefused("token_malformed");
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 0xff;
    }
  }
  return bytes;
}
