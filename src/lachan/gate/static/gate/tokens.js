// Person and slip tokens, verified without a network. The twin of lachan/credentials/tokens.py;
// both pass vectors/tokens.json.

const PREFIXES = { "LP1:": "person", "LS1:": "slip" };
const SYMBOLS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const TEXT = 140; // characters
const BODY = 21; // bytes: key id, pseudonym, expiry
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
  if (!kind || text.length !== TEXT) throw new TokenRefused("token_malformed");
  const raw = fromBase32(text.slice(4));
  const body = raw.subarray(0, BODY);
  const signed = new Uint8Array(4 + BODY);
  signed.set(new TextEncoder().encode(text.slice(0, 4)));
  signed.set(body, 4);
  const token = {
    kind,
    keyId: body[0],
    pseudonym: [...body.subarray(1, 17)].map((b) => b.toString(16).padStart(2, "0")).join(""),
    expiresAt: new DataView(raw.buffer).getUint32(17),
  };
  return { token, signed, signature: raw.subarray(BODY) };
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
