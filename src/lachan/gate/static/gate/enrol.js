// A token of this device's own, got once while somebody is signed in: with it what waits is sent
// seven days later, when no session is left.

import { become, deviceAt } from "./devices.js";
import { inTurn } from "../ui/scan/tabs.js";
import { csrf } from "../ui/scan/net.js";

/** Make sure that this device is known at `gate`; false where nobody is signed in now. */
export async function enrol(address, gate, { again = false } = {}) {
  const known = await deviceAt(gate);
  if (known?.token) return true;
  // Its manager closed it: somebody has to want it back.
  if (known?.shut && !again) return false;
  const headers = {
    Accept: "application/json",
    "Content-Type": "application/json",
    "X-CSRFToken": csrf(),
  };
  const asked = () => fetch(address, { method: "POST", headers, body: JSON.stringify({ gate }) });
  // Two tabs that open together are one device.
  const once = async () => {
    if ((await deviceAt(gate))?.token) return true;
    const answer = await asked();
    if (!answer.ok) return false;
    await become(await answer.json());
    return true;
  };
  return inTurn("lachan-gate-enrol", once);
}
