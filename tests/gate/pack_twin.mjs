// Asks the browser's own modules what they decide, and prints the answers as JSON.
// node pack_twin.mjs <static folder> < {keys, pack, gate, asked} or {rules: [[rule, facts], ...]}

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const module = (name) => import(pathToFileURL(`${process.argv[2]}/${name}`));
const { keyRing, verify } = await import(pathToFileURL(`${process.argv[3]}/tokens.js`));
const { factsOf, openPack, revoked, valid } = await module("pack.js");
const { colourOf, judge, sentence, verdict, PERSONS_OWN, SERVERS_OWN } = await module("decide.js");

const given = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(given.cases ? rules(given.cases) : await packed(given)));

/** Colour and sentence of a rule for facts, for every case. */
function rules(cases) {
  return cases.map(({ rule, facts, language, unseen }) => {
    const made = colourOf(rule.clauses, facts);
    const { colour, outcome, values } = made;
    const said = rule.sentences ? sentence(rule, made, language) : "";
    const judged = unseen ? judge(rule.clauses, facts, new Set(unseen), "neutral") : null;
    return { colour, outcome, values, said, judged };
  });
}

/** What a pack says of pseudonyms at moments. */
async function packed({ keys, pack, gate, asked, tokens }) {
  const ring = await keyRing(keys);
  const content = await openPack(ring, pack, gate);
  const answers = [];
  for (const [pseudonym, at] of asked) {
    if (!valid(content, at)) {
      answers.push(null);
      continue;
    }
    const facts = await factsOf(content, pseudonym, at);
    const unseen = new Set([...SERVERS_OWN, ...(pseudonym ? [] : PERSONS_OWN)]);
    answers.push({ facts, said: verdict(content, facts, unseen, at, "vi") });
  }
  const now = Math.floor(Date.now() / 1000);
  const shown = await Promise.all((tokens ?? []).map((text) => verify(ring, text, now)));
  const void_ = await Promise.all(shown.map((token) => revoked(content, token, now)));
  return { believed: content !== null, answers, void: void_ };
}
