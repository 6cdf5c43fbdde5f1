// The name behind a telephone's code, asked for while the scanning goes on. A code holds no name, and
// who asks is on record with the person who is looked at.

import { csrf, post } from "../ui/scan/net.js";

const PATIENCE = 8000; // milliseconds
const asking = new Set();

/** Ask for each of `people` who has a code and no name; `told({id, name, year})` when it comes. */
export function askNames(address, people, told) {
  for (const { id, ask, name } of people) {
    if (ask && !name && !asking.has(id)) one(address, { id, ask }, told);
  }
}

async function one(address, { id, ask }, told) {
  asking.add(id);
  const proof = { "X-CSRFToken": csrf() };
  const answer = await post(address, { code: ask }, PATIENCE, proof).catch(() => null);
  const known = answer?.ok && !answer.redirected ? await answer.json().catch(() => null) : null;
  // Without an answer it is asked again when the network is back.
  if (!answer || answer.status >= 500) asking.delete(id);
  if (known?.name) told({ id, name: known.name, year: known.year });
}

/** The tube with the name of one person, or null where he is not in it. */
export function withName(tube, { id, name, year }) {
  if (!tube?.people.some((person) => person.id === id)) return null;
  const people = tube.people.map((one) => (one.id === id ? { ...one, name, year, ask: "" } : one));
  return { ...tube, people };
}
