// The page that carries this device's events in a file.

import { carryPage } from "../ui/scan/device-carry.js";
import { store } from "./store.js";

carryPage(store, "table", document.getElementById("data").dataset);
