// The network strip: a state in plain words, how many wait, and how old the pack is. Always there.

import { word } from "../ui/scan/words.js";
import { dayOf } from "./knowing.js";
import { REFUSED, SEEN, TUBES, WAITING, store } from "./store.js";

const ICONS = { off: "cloud-off", ok: "cloud-check", busy: "cloud-up" };
const LOOKS = { shut: "bad" };

/** `table`: {data, sender, knowing}. */
export async function showStrip({ data, sender, knowing }) {
  const [waiting, refused] = await Promise.all([store.count(WAITING), store.count(REFUSED)]);
  const state = stateOf(sender, waiting, refused);
  const strip = document.getElementById("net");
  strip.className = `net is-${LOOKS[state] ?? state}`;
  strip.querySelector("use").setAttribute("href", `${data.icons}#${ICONS[state] ?? "alert-circle"}`);
  const lead = document.createElement("b");
  lead.textContent = word(state);
  document.getElementById("net-say").replaceChildren(lead, ` ${word(`${state}_rest`)}`);
  const n = state === "bad" ? refused : waiting;
  const said = n ? word(state === "bad" ? "refused" : "waiting", n) : "";
  const waits = document.getElementById("net-count");
  waits.textContent = said;
  waits.hidden = !said; // an empty link is a link that a reader cannot name
  document.getElementById("net-pack").textContent = packSaid(knowing);
  await showSum(knowing);
}

function stateOf({ reached, closed }, waiting, refused) {
  if (closed) return "shut";
  if (refused) return "bad";
  if (!reached) return "off";
  return waiting ? "busy" : "ok";
}

/** "List received 08:10 26/11": how old what the device knows of others is. */
function packSaid(knowing) {
  if (!knowing.pack) return word("no_pack");
  const at = new Date(knowing.pack.made).toLocaleString("vi-VN", {
    timeZone: "Asia/Ho_Chi_Minh",
    ...{ hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit" },
  });
  return word(knowing.expired() ? "pack_over" : "pack").replace("{at}", at);
}

/** What this device did today: tubes that were closed, people. It is right without a network too. */
async function showSum(knowing) {
  const today = ({ at }) => dayOf(Date.parse(at)) === dayOf(knowing.time());
  const [tubes, people] = await Promise.all([store.all(TUBES), store.all(SEEN)]);
  const closed = tubes.filter((tube) => tube.closed && today(tube)).length;
  const said = word("today_here", people.filter(today).length);
  document.getElementById("sum").textContent = said.replace("{tubes}", String(closed));
}
