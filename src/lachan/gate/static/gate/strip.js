// The network strip: a state in plain words, how many wait, and how old the pack is. Always there.

import { counts } from "./queue.js";
import { word } from "../ui/scan/words.js";

const ICONS = {
  ...{ off: "cloud-off", ok: "cloud-check", busy: "cloud-up", bad: "alert-circle" },
  ...{ out: "cloud-check", shut: "alert-circle" },
};
const LOCAL = { timeZone: "Asia/Ho_Chi_Minh" };

/** `keeper`: the Gatekeeper whose state is shown. */
export async function showStrip(keeper) {
  const strip = document.getElementById("net");
  if (!strip) return;
  const { waiting, refused } = await counts();
  const state = stateOf(keeper.sender, waiting, refused);
  strip.className = `net gate-net is-${{ out: "off", shut: "bad" }[state] ?? state}`;
  const icon = `${keeper.data.icons}#${ICONS[state]}`;
  strip.querySelector("use").setAttribute("href", icon);
  const lead = document.createElement("b");
  lead.textContent = word(state);
  document.getElementById("net-say").replaceChildren(lead, ` ${word(`${state}_rest`)}`);
  const n = state === "bad" ? refused : waiting;
  const count = state === "bad" ? word("refused", n) : word("waiting", n);
  document.getElementById("net-count").textContent = n ? count : "";
  showPack(keeper);
}

function stateOf({ reached, signedOut, closed }, waiting, refused) {
  if (closed) return "shut";
  if (refused) return "bad";
  if (!reached) return "off";
  if (signedOut) return "out";
  return waiting ? "busy" : "ok";
}

function showPack(keeper) {
  const line = document.getElementById("net-pack");
  if (!line) return;
  line.textContent = packSaid(keeper);
  line.classList.toggle("is-old", keeper.old() || keeper.expired());
}

/** "Rules received at 08:10 today, good until 08:10 on 03/12." */
export function packSaid(keeper) {
  if (!keeper.pack) return word("no_pack");
  const at = moment(keeper.pack.made * 1000, keeper.time());
  const until = moment(keeper.pack.until * 1000, keeper.time());
  const name = keeper.expired() ? "pack_over" : keeper.old() ? "pack_old" : "pack";
  return word(name).replace("{at}", at).replace("{until}", until);
}

/** `08:10 hôm nay` or `08:10 19/11`. */
function moment(at, today) {
  const day = (one) => new Date(one).toLocaleDateString("vi-VN", LOCAL);
  const clock = new Date(at).toLocaleTimeString("en-GB", {
    ...LOCAL,
    ...{ hour: "2-digit", minute: "2-digit" },
  });
  if (day(at) === day(today)) return word("at_today").replace("{clock}", clock);
  const date = new Date(at).toLocaleDateString("en-GB", { ...LOCAL, day: "2-digit", month: "2-digit" });
  return word("at_day").replace("{clock}", clock).replace("{day}", date);
}
