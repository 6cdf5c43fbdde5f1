// The site's own database: beside what every device keeps, how far each person got on this device.

import { deviceStore } from "../ui/scan/device-store.js";

export { OWN, REFUSED, WAITING, done } from "../ui/scan/device-store.js"; // OWN "hand": in hand
export const SEEN = "seen"; // who -> {who, session, at, name, ...}

export const store = deviceStore("lachan-site", { [SEEN]: "who" });
