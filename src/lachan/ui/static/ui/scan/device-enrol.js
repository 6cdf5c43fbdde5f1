// A token of this device's own, got once while somebody is signed in.

import { become } from "./device-ledger.js";
import { OWN } from "./device-store.js";
import { csrf, post } from "./net.js";
import { inTurn } from "./tabs.js";

const PATIENCE = 30000; // milliseconds over a slow line

/** Make sure that this device has a token; false where nobody is signed in now. */
export function enrol(store, address, { again = false } = {}) {
  return inTurn(`${store.name}-enrol`, async () => {
    const known = await store.one(OWN, "device");
    if (known?.token && !known.shut) return true;
    // The unit's head closed it: somebody has to want it back.
    if (known?.shut && !again) return false;
    const answer = await post(address, {}, PATIENCE, { "X-CSRFToken": csrf() }).catch(() => null);
    if (!answer?.ok || answer.redirected) return false;
    await become(store, await answer.json());
    return true;
  });
}
