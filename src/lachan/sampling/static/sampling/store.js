// The table's own database: beside what every device keeps, the tubes it filled and whom it sampled.

import { deviceStore } from "../ui/scan/device-store.js";

export { OWN, REFUSED, WAITING, done } from "../ui/scan/device-store.js"; // OWN "tube": in hand
export const TUBES = "tubes"; // barcode -> {barcode, at, closed}: what this device filled
export const SEEN = "seen"; // who -> {who, at, barcode, event}: sampled here, newest tube

export const store = deviceStore("lachan-table", { [TUBES]: "barcode", [SEEN]: "who" });
