// The file that carries waiting scans to a place with a network, readable by the installation
// alone. The twin of lachan/credentials/bundles.py.

const FORMAT = "carry-1";
const INFO = new TextEncoder().encode("lachan-carry-1");
const CURVE = { name: "ECDH", namedCurve: "P-256" };

const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

function textOf(buffer) {
  const bytes = new Uint8Array(buffer);
  let text = "";
  // In pieces: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

/** The file's text. `point`: the installation's public key in base 64; `content`: what is told. */
export async function sealBundle(point, content) {
  const ours = bytesOf(point);
  const theirs = await crypto.subtle.importKey("raw", ours, CURVE, false, []);
  const single = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const secret = await crypto.subtle.deriveBits(
    { name: "ECDH", public: theirs },
    single.privateKey,
    256,
  );
  const to = await fingerprint(ours);
  const from = textOf(await crypto.subtle.exportKey("raw", single.publicKey));
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await keyOf(secret, salt);
  const bound = new TextEncoder().encode(`${FORMAT}|${to}|${from}`);
  const plain = new TextEncoder().encode(JSON.stringify(content));
  const body = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: bound },
    key,
    plain,
  );
  const parts = { to, from, salt: textOf(salt), iv: textOf(iv), body: textOf(body) };
  return JSON.stringify({ lachan: FORMAT, ...parts });
}

async function keyOf(secret, salt) {
  const whole = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: INFO };
  return crypto.subtle.deriveKey(how, whole, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
}

async function fingerprint(point) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", point));
  return [...digest].map((b) => b.toString(16).padStart(2, "0")).join("").slice(0, 16);
}
