// The pack a gate keeps for the days without a network. The twin of lachan/credentials/packs.py:
// bytes that our installation signed, people only as digests.

const PREFIX = new TextEncoder().encode("LZ1:");
const DIGEST = 24; // hexadecimal signs of a digest
const SIGNED = { name: "ECDSA", hash: "SHA-256" };

const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const instant = (second) => new Date(second * 1000).toISOString();

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

/** Whether the pack may still judge at second `at`. */
export function valid(content, at) {
  return Boolean(content) && at < content.until;
}

/**
 * What the pack knows at second `at` of whoever has this pseudonym (null: a card, not looked up):
 * the facts of `rulebook.colour_of`. A fact that is absent here is one the pack cannot know, or
 * one that does not hold; `UNSEEN` in decide.js says which.
 */
export async function factsOf(content, pseudonym, at) {
  const digest = pseudonym ? await digestOf(content.salt, pseudonym) : "";
  const here = since(content.here, at);
  const home = since(content.homes[digest], at);
  const zone = here ?? home;
  const facts = {
    declaration_mandatory: holds(content.mandatory, at),
    place_in_zone: here !== null,
    lives_in_zone: home !== null,
    // A pass is a fact only where there is a zone: elsewhere nobody needs one.
    zone_pass: zone !== null && holds(content.passes[digest], at),
  };
  if (zone !== null) facts.zone_since = instant(zone);
  const duty = (content.duties[digest] ?? []).find((span) => within(span, at));
  if (duty) facts.duty = duty[2];
  if (duty && duty[1] !== null) facts.duty_until = instant(duty[1]);
  return facts;
}

/** Whether a token shown at second `at` was issued before its person reported the loss. */
export async function revoked(content, token, at) {
  if (!content) return false;
  const reported = content.revoked[await digestOf(content.salt, token.pseudonym)];
  if (reported === undefined || at < reported) return false;
  if (token.declared) return token.declared.at <= reported;
  return token.expiresAt <= reported + (content.lasts[token.kind] ?? content.longest);
}

const within = ([from, to], at) => from <= at && (to === null || at < to);
const holds = (spans, at) => (spans ?? []).some((span) => within(span, at));

/** The earliest beginning of the spans that hold, or null. */
function since(spans, at) {
  const starts = (spans ?? []).filter((span) => within(span, at)).map(([from]) => from);
  return starts.length ? Math.min(...starts) : null;
}

async function digestOf(salt, pseudonym) {
  const both = new Uint8Array([...fromHex(salt), ...fromHex(pseudonym)]);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", both));
  return [...digest].map((b) => b.toString(16).padStart(2, "0")).join("").slice(0, DIGEST);
}
