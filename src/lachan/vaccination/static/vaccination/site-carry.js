// The page that carries this device's events in a file.

import { carryPage } from "../ui/scan/device-carry.js";
import { store } from "./site-store.js";

carryPage(store, "site", document.getElementById("data").dataset);
