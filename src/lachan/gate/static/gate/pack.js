// The list of zones a gate keeps for the hours without a network. The twin of
// lachan/credentials/packs.py: bytes that our installation signed, people only as digests.

const PREFIX = new TextEncoder().encode("LZ1:");
const DIGEST = 24; // hexadecimal signs of a digest
const SIGNED = { name: "ECDSA", hash: "SHA-256" };

const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** The content of a pack for this gate, or null when nobody should believe it. */
export async function openPack(ring, pack, gate) {
  const key = ring.get(pack.key);
  if (!key) return null;
  const body = bytesOf(pack.body);
  const signed = new Uint8Array(PREFIX.length + body.length);
  signed.set(PREFIX);
  signed.set(body, PREFIX.length);
  if (!(await crypto.subtle.verify(SIGNED, key, bytesOf(pack.signature), signed))) return null;
  const content = JSON.parse(new TextDecoder().decode(body));
  return content.gate === gate ? content : null;
}

/** Whether a zone that is in force at second `at` keeps this person (null: not known) out here. */
export async function zoned(content, pseudonym, at) {
  if (!content || at >= content.until) return false;
  const digest = pseudonym ? await digestOf(content.salt, pseudonym) : "";
  const here = holds(content.here, at);
  const home = holds(content.homes[digest], at);
  return (here || home) && !holds(content.passes[digest], at);
}

function holds(spans, at) {
  return (spans ?? []).some(([from, to]) => from <= at && (to === null || at < to));
}

async function digestOf(salt, pseudonym) {
  const both = new Uint8Array([...fromHex(salt), ...fromHex(pseudonym)]);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", both));
  return [...digest].map((b) => b.toString(16).padStart(2, "0")).join("").slice(0, DIGEST);
}
