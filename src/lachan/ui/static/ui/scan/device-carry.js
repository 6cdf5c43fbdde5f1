// The page that writes what waits on a device, and what was refused, into a file that is carried.

import { sealBundle } from "./bundle.js";
import { toCarry } from "./device-ledger.js";
import { enrol } from "./device-enrol.js";
import { OWN, REFUSED, WAITING } from "./device-store.js";
import { word } from "./words.js";

const at = (id) => document.getElementById(id);

/** `store`: a deviceStore; `kind`: what its files are called; `data`: addresses `keys`, `enrol`. */
export function carryPage(store, kind, data) {
  let keys = null;

  async function show() {
    const [waiting, refused] = [await store.count(WAITING), await store.count(REFUSED)];
    const said = waiting ? word("carry_waiting", waiting) : word("carry_nothing");
    at("carry-waiting").textContent = said;
    at("carry-refused").textContent = refused ? word("carry_refused", refused) : "";
    at("carry-write").disabled = !(waiting + refused);
    at("carry-enrol").hidden = !(await store.one(OWN, "device"))?.shut;
  }

  async function write() {
    const device = await store.one(OWN, "device");
    if (!keys?.carry || !device?.token) return tell("carry_not_enrolled");
    const events = await toCarry(store);
    const parts = [{ token: device.token, events }];
    give(kind, await sealBundle(keys.carry, { kind, parts }));
    return tell("carry_written", events.length);
  }

  at("carry-write").addEventListener("click", write);
  at("carry-enrol").addEventListener("click", async () => {
    await enrol(store, data.enrol, { again: true });
    await show();
  });
  store.onChange(show);
  show();
  fetch(data.keys, { headers: { Accept: "application/json" } })
    .then(async (answer) => (keys = await answer.json()))
    .catch((failure) => console.info("not learnt:", failure.name));
}

function give(kind, text) {
  const link = document.createElement("a");
  const stamp = new Date().toISOString().slice(0, 16).replace(/[-:T]/g, "");
  link.download = `lachan-${kind}-${stamp}.lachan`;
  link.href = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

function tell(name, n) {
  at("carry-said").textContent = word(name, n);
}
