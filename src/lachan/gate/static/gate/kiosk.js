// A gate without staff: big words for whoever holds up a code, and no way to another page.

import { startCamera } from "../ui/scan/camera.js";
import { Gatekeeper } from "./gatekeeper.js";
import { Leaving } from "./leaving.js";
import { Same } from "../ui/scan/same.js";
import { callOf, Sound } from "../ui/scan/sound.js";
import { Wedge } from "../ui/scan/wedge.js";

const SHOWN = 3000; // milliseconds an answer stands; the next code ends it sooner

const at = (id) => document.getElementById(id);
const data = at("data").dataset;
const keeper = new Gatekeeper(data);
const sound = new Sound(at("sound"));
const same = new Same();
const lines = [];
let busy = false;
let running = false;
let timer = 0;

const leaving = new Leaving({ start, stop });
new Wedge(at("text"), {
  scanned: (text) => take([text]),
  pressed: () => undefined,
  turned: () => undefined,
  elsewhere: () => !running || leaving.asking(),
});

function take(texts) {
  if (!running || leaving.asking()) return;
  lines.push(...same.fresh(texts));
  work();
}

async function work() {
  if (busy) return;
  busy = true;
  for (let text = lines.shift(); text; text = lines.shift()) {
    const answer = await keeper.take(text, { direction: way(), way: "kiosk" });
    show(callOf(answer.kind));
    if (lines.length) await new Promise((later) => setTimeout(later, SHOWN));
  }
  busy = false;
}

/** Which way this kiosk leads; where it is both, what the visitor pressed, and In again after. */
const way = () => document.querySelector("input[name=way]:checked").value;

function show(call) {
  clearTimeout(timer);
  sound.play(call);
  const kind = call === "stop" ? "stop" : way() === "out" ? "bye" : "go";
  const words = at(`kiosk-${kind}`).content.firstElementChild.cloneNode(true);
  at("answer").replaceChildren(words);
  document.body.classList.add("is-answered");
  timer = setTimeout(wait, SHOWN);
}

function wait() {
  at("answer").replaceChildren();
  document.body.classList.remove("is-answered");
  if (leaving.ways === "both") document.querySelector("input[name=way][value=in]").checked = true;
}

function start(ways) {
  running = true;
  at("ways").hidden = ways !== "both";
  document.querySelector(`input[name=way][value=${ways === "out" ? "out" : "in"}]`).checked = true;
  at("text").focus();
  // A screen that sleeps greets nobody; a browser without this goes on by its own settings.
  navigator.wakeLock?.request("screen").catch(() => {});
  if (at("video").srcObject) return;
  document.body.classList.remove("is-blind");
  startCamera(at("video"), data.wasm, take)
    .then((camera) => camera.wide(true))
    .catch((error) => {
      console.info("no camera:", error.name);
      document.body.classList.add("is-blind");
    })
    .finally(() => keeper.stay());
}

function stop() {
  running = false;
  for (const track of at("video").srcObject?.getTracks() ?? []) track.stop();
  at("video").srcObject = null;
  wait();
}

keeper.begin();
leaving.begin();
