// Writes what waits on this device into a file that is carried, and shows what was refused.

import { sealBundle } from "../ui/scan/bundle.js";
import { enrol } from "./enrol.js";
import { Gatekeeper } from "./gatekeeper.js";
import { deviceAt } from "./devices.js";
import { all, counts, forgetRefusals, refusals } from "./queue.js";
import { onChange } from "./store.js";
import { onTheWire } from "./upload.js";
import { word } from "../ui/scan/words.js";

const data = document.getElementById("data").dataset;
const keeper = new Gatekeeper(data);
const waiting = document.getElementById("carry-waiting");
const write = document.getElementById("carry-write");
const said = document.getElementById("carry-said");
const list = document.getElementById("carry-refused");

async function show() {
  const { waiting: n, refused } = await counts();
  waiting.textContent = n ? word("carry_waiting", n) : word("carry_nothing");
  write.disabled = !n;
  again.closest("div").hidden = !(await deviceAt(data.gate))?.shut;
  list.closest("section").hidden = !refused;
  list.replaceChildren(...(await refusals()).map(lineOf));
}

function lineOf({ at, code }) {
  const line = document.createElement("li");
  const time = document.createElement("b");
  time.textContent = new Date(at).toLocaleString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh" });
  line.append(time, ` ${word(`why_${code}`)}`);
  return line;
}

/** Every waiting scan, by gate, each part with the token that answers for it. */
async function content() {
  const parts = new Map();
  for (const scan of await all()) {
    const part = parts.get(scan.gate) ?? { gate: scan.gate, scans: [] };
    part.scans.push(onTheWire(scan));
    parts.set(scan.gate, part);
  }
  for (const part of parts.values()) part.token = (await deviceAt(part.gate))?.token ?? "";
  return { parts: [...parts.values()] };
}

async function writeFile() {
  const told = await content();
  if (!keeper.keys?.carry || told.parts.some(({ token }) => !token)) {
    said.textContent = word("carry_not_enrolled");
    return;
  }
  const text = await sealBundle(keeper.keys.carry, told);
  const n = told.parts.reduce((sum, { scans }) => sum + scans.length, 0);
  const link = document.createElement("a");
  const stamp = new Date(keeper.time()).toISOString().slice(0, 16).replace(/[-:T]/g, "");
  link.download = `lachan-${data.gate}-${stamp}.lachan`;
  link.href = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  said.textContent = word("carry_written", n);
}

write.addEventListener("click", writeFile);
document.getElementById("carry-seen").addEventListener("click", async () => {
  await forgetRefusals();
  await show();
});
const again = document.getElementById("carry-enrol");
again.addEventListener("click", async () => {
  again.disabled = !(await enrol(data.enrol, data.gate, { again: true }));
  await keeper.sender.flush();
});
keeper.begin();
keeper.sender.told = () => {
  keeper.show();
  show();
};
onChange(show);
show();
keeper.stay();
