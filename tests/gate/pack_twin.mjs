// Asks the browser's own module what it decides from a pack, and prints the answers as JSON.
// Run by tests/gate/test_zone_gate.py: node pack_twin.mjs <static folder> < {keys, pack, gate, asked}

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const module = (name) => import(pathToFileURL(`${process.argv[2]}/${name}`));
const { keyRing } = await module("tokens.js");
const { openPack, zoned } = await module("pack.js");

const { keys, pack, gate, asked } = JSON.parse(readFileSync(0, "utf8"));
const content = await openPack(await keyRing(keys), pack, gate);
const answers = [];
for (const [pseudonym, at] of asked) answers.push(await zoned(content, pseudonym, at));
console.log(JSON.stringify({ believed: content !== null, answers }));
