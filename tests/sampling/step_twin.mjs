// Plays scans through the table's own step, and prints what was kept and said.
// node step_twin.mjs <static folder> < {limit, scans: [[text, kind, milliseconds, more], ...]}

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { idle, step } = await import(pathToFileURL(`${process.argv[2]}/table-step.js`));
const { limit, scans } = JSON.parse(readFileSync(0, "utf8"));

let state = idle;
const told = scans.map(([text, kind, at, more = {}], number) => {
  const scan = { text, kind, who: text, name: text, year: "", id: `id${number}`, ...more };
  const made = step(state, scan, at, { limit });
  state = made.state;
  const people = state.tube?.people.map(({ who }) => who) ?? null;
  const events = made.events.map(({ kind, barcode, undoes }) => [kind, barcode, undoes ?? ""]);
  return { say: made.say && [made.say.kind, made.say.word], events, people };
});
console.log(JSON.stringify(told));
