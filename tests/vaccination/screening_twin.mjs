// Judges the cases of vectors/screening.json by the page's own module, and prints what came out.
// node screening_twin.mjs <static folder> < vectors/screening.json

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { screen } = await import(pathToFileURL(`${process.argv[2]}/screening.js`));
const { lotIn } = await import(pathToFileURL(`${process.argv[2]}/lot-code.js`));
const { may } = await import(pathToFileURL(`${process.argv[2]}/may.js`));
const { rule, cases = [], lots = [], asked = [] } = JSON.parse(readFileSync(0, "utf8"));
const screened = cases.map(({ facts, sex }) => screen(rule, facts, sex));
console.log(JSON.stringify({ screened, lots: lots.map(lotIn), asked: asked.map(may) }));
