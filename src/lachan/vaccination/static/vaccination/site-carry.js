// Writes what waits on this device, and what was refused, into a file that is carried.

import { sealBundle } from "../ui/scan/bundle.js";
import { word } from "../ui/scan/words.js";
import { enrol } from "./site-sending.js";
import { OWN, REFUSED, WAITING, all, one, onChange } from "./site-store.js";

const at = (id) => document.getElementById(id);
const { dataset: data } = at("data");
let keys = null;

async function show() {
  const waiting = (await all(WAITING)).length;
  const refused = (await all(REFUSED)).length;
  at("carry-waiting").textContent = waiting ? word("carry_waiting", waiting) : word("carry_nothing");
  at("carry-refused").textContent = refused ? word("carry_refused", refused) : "";
  at("carry-write").disabled = !(waiting + refused);
  at("carry-enrol").hidden = !(await one(OWN, "device"))?.shut;
}

async function write() {
  const device = await one(OWN, "device");
  if (!keys?.carry || !device?.token) return tell("carry_not_enrolled");
  const refused = (await all(REFUSED)).map(({ event }) => event);
  const events = [...(await all(WAITING)), ...refused];
  const text = await sealBundle(keys.carry, { kind: "site", parts: [{ token: device.token, events }] });
  const link = document.createElement("a");
  link.download = `lachan-site-${new Date().toISOString().slice(0, 16).replace(/[-:T]/g, "")}.lachan`;
  link.href = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  return tell("carry_written", events.length);
}

function tell(name, n) {
  at("carry-said").textContent = word(name, n);
}

at("carry-write").addEventListener("click", write);
at("carry-enrol").addEventListener("click", async () => {
  await enrol(data.enrol, { again: true });
  await show();
});
onChange(show);
show();
fetch(data.keys)
  .then(async (answer) => (keys = await answer.json()))
  .catch((failure) => console.info("not learnt:", failure.name));
