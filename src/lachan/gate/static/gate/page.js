// The guard's phone: the camera reads, the gatekeeper answers, the sheet or the band shows.

import { Burst } from "./burst.js";
import { startCamera } from "../ui/scan/camera.js";
import { Gatekeeper } from "./gatekeeper.js";
import { Same } from "../ui/scan/same.js";
import { Sheet } from "./sheet.js";
import { callOf, Sound } from "../ui/scan/sound.js";
import { switched } from "./switching.js";
import { word } from "../ui/scan/words.js";

const at = (id) => document.getElementById(id);
const data = at("data").dataset;
const keeper = new Gatekeeper(data);
const same = new Same();
const sound = new Sound(at("sound"));
const sheet = new Sheet(at("sheet"), { closed: resume });
const quick = at("burst"); // the switch between one by one and several a second
const burst = new Burst({ box: at("band"), rate: at("rate"), sound, ask, halt });
let camera = null;
let asking = false; // one by one: a person is being answered or read about

const direction = () => document.querySelector("input[name=direction]:checked").value;
const quickly = () => quick.getAttribute("aria-pressed") === "true";

async function ask(text) {
  const answer = await keeper.take(text, { direction: direction(), way: "gate" });
  return switched(answer, data);
}

function found(texts) {
  const fresh = same.fresh(texts);
  if (!fresh.length) return;
  if (quickly()) burst.take(fresh);
  else if (!asking) one(fresh[0]);
}

async function one(text) {
  asking = true;
  camera?.pause();
  const answer = await ask(text);
  sound.play(callOf(answer.kind));
  sheet.show(answer);
}

/** In a burst somebody must be looked at: nobody else is read until the guard goes on. */
function halt(answer) {
  camera?.pause();
  document.body.classList.add("is-halted");
  sheet.show(answer);
}

function resume() {
  asking = false;
  document.body.classList.remove("is-halted");
  same.again();
  if (burst.release()) return;
  camera?.resume();
}

function turn(on) {
  quick.setAttribute("aria-pressed", String(on));
  document.body.classList.toggle("is-burst", on);
  camera?.wide(on);
  const address = new URL(location.href);
  if (on) address.searchParams.set("burst", "1");
  else address.searchParams.delete("burst");
  history.replaceState(null, "", address);
  if (on) burst.showRate();
  else burst.clear();
}

function offerLight() {
  const button = at("light");
  if (!camera.light) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    await camera.light(on);
    button.setAttribute("aria-pressed", String(on));
  });
}

async function begin() {
  keeper.begin();
  quick.addEventListener("click", () => turn(!quickly()));
  try {
    camera = await startCamera(at("video"), data.wasm, found);
    offerLight();
  } catch (error) {
    console.info("no camera:", error.name);
    at("say").textContent = word("no_camera");
  }
  turn(new URLSearchParams(location.search).get("burst") === "1");
  // Last, so that the decoder is among what is kept.
  keeper.stay();
}

begin();
