// Writes a carried file with the browser's own module. node bundle_twin.mjs <folder> < {point, content}

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { sealBundle } = await import(pathToFileURL(`${process.argv[3]}/bundle.js`));
const { point, content } = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(await sealBundle(point, content)));
