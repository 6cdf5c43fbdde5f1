// The session's pack: bytes that our installation signed, its list sealed person by person. The twin
// of lachan/credentials/packs.py and lists.py.

const PREFIX = new TextEncoder().encode("LZ1:");
const SIGNED = { name: "ECDSA", hash: "SHA-256" };
const PLACE = 12; // bytes of an entry's place
const KEY = 32; // bytes of its key
const NONCE = 12; // bytes before what is sealed

const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const toHex = (bytes) => [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");

/** The content of a pack for this session, or null when nobody should believe it. */
export async function openPack(ring, pack, session) {
  const key = ring.get(pack?.key);
  if (!key) return null;
  const body = bytesOf(pack.body);
  const signed = new Uint8Array([...PREFIX, ...body]);
  if (!(await crypto.subtle.verify(SIGNED, key, bytesOf(pack.signature), signed))) return null;
  const content = JSON.parse(new TextDecoder().decode(body));
  return content.session === session ? content : null;
}

/** What the pack knows of whoever shows this pseudonym (hex) or number, or null. */
export async function entryOf(content, { pseudonym, number }) {
  if (!content || !(pseudonym || number)) return null;
  const secret = pseudonym ? fromHex(pseudonym) : new TextEncoder().encode(number);
  const made = await derived(content, secret, pseudonym ? 1 : content.rounds);
  const place = toHex(made.slice(0, PLACE));
  const sealed = content.people[place];
  if (!sealed) return null;
  const raw = bytesOf(sealed);
  const key = await crypto.subtle.importKey("raw", made.slice(PLACE), "AES-GCM", false, ["decrypt"]);
  const how = {
    name: "AES-GCM",
    iv: raw.slice(0, NONCE),
    additionalData: new TextEncoder().encode(place),
  };
  const text = await crypto.subtle.decrypt(how, key, raw.slice(NONCE));
  return JSON.parse(new TextDecoder().decode(text));
}

async function derived(content, secret, rounds) {
  const from = await crypto.subtle.importKey("raw", secret, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: fromHex(content.salt), iterations: rounds };
  return new Uint8Array(await crypto.subtle.deriveBits(how, from, (PLACE + KEY) * 8));
}
