// The network strip: a state in plain words, how many wait, and how old the pack is. Always there.

import { word } from "../ui/scan/words.js";
import { REFUSED, WAITING, store } from "./site-store.js";

const ICONS = { off: "cloud-off", ok: "cloud-check", busy: "cloud-up" };

/** `site`: {data, sender, knowing}. */
export async function showStrip({ data, sender, knowing }) {
  const [waiting, refused] = await Promise.all([store.count(WAITING), store.count(REFUSED)]);
  const state = stateOf(sender, waiting, refused);
  const strip = document.getElementById("net");
  strip.className = `net is-${state === "shut" ? "bad" : state}`;
  strip.querySelector("use").setAttribute("href", `${data.icons}#${ICONS[state] ?? "alert-circle"}`);
  const lead = document.createElement("b");
  lead.textContent = word(state);
  document.getElementById("net-say").replaceChildren(lead, ` ${word(`${state}_rest`)}`);
  const n = state === "bad" ? refused : waiting;
  const waits = document.getElementById("net-count");
  waits.textContent = n ? word(state === "bad" ? "refused" : "waiting", n) : "";
  waits.hidden = !n; // an empty link is a link that a reader cannot name
  document.getElementById("net-pack").textContent = packSaid(knowing);
}

function stateOf({ reached, closed }, waiting, refused) {
  if (closed) return "shut";
  if (refused) return "bad";
  if (!reached) return "off";
  return waiting ? "busy" : "ok";
}

/** "Pack of 08:10 26/11, 3 h old": always told, since a bar of a lot may be younger. */
function packSaid(knowing) {
  if (!knowing.pack) return word("no_pack");
  const made = Date.parse(knowing.pack.made);
  const at = new Date(made).toLocaleString("vi-VN", {
    timeZone: "Asia/Ho_Chi_Minh",
    ...{ hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit" },
  });
  return word(knowing.expired() ? "pack_over" : "pack").replace("{at}", at).replace("{age}", age(knowing.time() - made)) + lacking(knowing);
}

/** How old in words; nobody says "0 hours". */
function age(span) {
  const minutes = Math.max(0, Math.floor(span / 60000));
  if (minutes < 1) return word("age_new");
  return minutes < 60 ? word("age_minutes", minutes) : word("age_hours", Math.floor(minutes / 60));
}

/** A long list comes in pages: while one is missing, somebody may be on the list and not be found. */
function lacking({ lacks }) {
  return lacks ? ` · ${word("pages_missing", lacks)}` : "";
}
