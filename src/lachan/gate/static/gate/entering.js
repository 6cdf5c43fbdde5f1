// The page for somebody without a code, when it is opened by itself.

import { quicken } from "./guest.js";

quicken(document.querySelector("form.gate-guest"));
