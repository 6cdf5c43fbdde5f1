// The desk: a reader types into one field, which always has the focus; every answer overwrites the
// last one, and what was scanned meanwhile waits its turn.

import { Gatekeeper } from "./gatekeeper.js";
import { Sheet } from "./sheet.js";
import { callOf, Sound } from "../ui/scan/sound.js";
import { Stranger } from "./stranger.js";
import { switched } from "./switching.js";
import { Trail } from "./trail.js";
import { Wedge } from "../ui/scan/wedge.js";
import { word } from "../ui/scan/words.js";

const STAYS = 60000; // milliseconds after which a name leaves the screen when nobody else comes

const at = (id) => document.getElementById(id);
const data = at("data").dataset;
const keeper = new Gatekeeper(data);
const sound = new Sound(at("sound"));
const trail = new Trail(at("trail"));
const panel = at("sheet");
const sheet = new Sheet(panel, {
  still: true,
  entering: (form) => stranger.send(form),
  changed: (answer) => trail.change(answer),
  closed: () => ready(true),
});
const stranger = new Stranger(panel, { refused: said, filling: fill, entered, scanned: wait });
const lines = []; // scans that wait: {text, direction}
let busy = false;
let timer = 0;

const chosen = () => document.querySelector("input[name=direction]:checked").value;
const filling = () => stranger.filling();
const wedge = new Wedge(at("text"), { scanned, pressed, turned, elsewhere: filling });

function scanned(text) {
  wait(text);
  work();
}

function wait(text) {
  lines.push({ text, direction: chosen() });
  showWaiting();
}

/** One after the other, in the order of the queue before the gate. */
async function work() {
  showWaiting();
  if (busy || filling()) return;
  busy = true;
  for (let line = lines.shift(); line; line = filling() ? null : lines.shift()) {
    showWaiting();
    show(switched(await keeper.take(line.text, { direction: line.direction, way: "desk" }), data));
  }
  busy = false;
  showWaiting();
}

function show(answer) {
  sound.play(callOf(answer.kind));
  trail.add(answer);
  stand(() => sheet.show(answer));
}

/** Something stands on the screen until the next scan, or until nobody came for a while. */
function stand(put) {
  clearTimeout(timer);
  put();
  ready(false);
  wedge.hold();
  timer = setTimeout(() => !filling() && sheet.close(), STAYS);
}

const ready = (yes) => void (at("ready").hidden = !yes);

function showWaiting() {
  const n = lines.length + (busy ? 1 : 0);
  at("waiting").textContent = n > 1 ? word("in_line", n) : "";
}

function pressed(key) {
  if (key === "F4") return filling() || stranger.ask(at("no-code").href);
  if (key === "Escape") {
    at("text").value = "";
    sheet.close();
    wedge.hold();
    return work();
  }
  if (busy) return undefined;
  return sheet.act();
}

function turned(direction) {
  document.querySelector(`input[name=direction][value=${direction}]`).checked = true;
  wedge.hold();
}

function said(why) {
  stand(() => sheet.show({ kind: "refused", word: word("not_kept"), why, asof: "" }));
}

function fill(form) {
  clearTimeout(timer);
  ready(false);
  panel.replaceChildren(form);
}

function entered(answer) {
  panel.replaceChildren();
  show(answer);
  work();
}

at("no-code").addEventListener("click", (event) => {
  event.preventDefault();
  pressed("F4");
});
keeper.begin();
keeper.stay();
ready(!panel.querySelector(".verdict"));
