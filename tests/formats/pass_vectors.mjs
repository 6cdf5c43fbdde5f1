// Plays vectors/*.json through the browser's modules and prints every case that differs.
// Run by tests/formats/test_vectors.py: node pass_vectors.mjs <static folder> <vectors folder>

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, vectors] = process.argv.slice(2);
const module = (name) => import(pathToFileURL(`${folder}/${name}`));
const cases = (name) => JSON.parse(readFileSync(`${vectors}/${name}.json`, "utf8"));

const { keyRing, verify } = await module("tokens.js");
const { read } = await module("grammar.js");
const { readPersonalNumber, crossCheck, readDate } = await module("identity.js");
let played = 0;

async function same(label, got, wanted) {
  assert.deepEqual(got, wanted, label);
  played += 1;
}

const tokens = cases("tokens");
const ring = await keyRing(tokens.keys);
for (const c of tokens.cases) {
  const got = await verify(ring, c.text, tokens.at).then(
    (t) => ({
      token: {
        ...{ kind: t.kind, key_id: t.keyId, pseudonym: t.pseudonym, expires_at: t.expiresAt },
        ...(t.declared ? { declared: t.declared } : {}),
      },
    }),
    (refused) => ({ refused: refused.code }),
  );
  await same(c.why, got, c.token ? { token: c.token } : { refused: c.refused });
}

const qr = cases("qr");
for (const c of qr.cases) {
  const { kind, text, fields, problems } = c;
  if (c.shape_only) {
    // A gate knows these by their beginning and unfolds nothing.
    await same(c.why, read(c.scanned, qr.this_year).kind, c.shape ?? kind);
    continue;
  }
  await same(c.why, read(c.scanned, qr.this_year), { kind, text, fields, problems });
}

const identity = cases("identity");
for (const c of identity.numbers) {
  const wanted = c.refused
    ? { refused: c.refused }
    : {
        ...{ number: c.number, provinceCode: c.province_code, bornAbroad: c.born_abroad },
        ...{ sex: c.sex, birthYear: c.birth_year, serial: c.serial },
      };
  await same(c.text, readPersonalNumber(c.text), wanted);
}
for (const c of identity.cross_checks) {
  const declared = { sex: c.sex, birthYear: c.birth_year, thisYear: c.this_year };
  await same(c.text, crossCheck(readPersonalNumber(c.text), declared), c.problems);
}
for (const c of identity.dates) await same(c.text, readDate(c.text), c.date);

console.log(`${played} played`);
