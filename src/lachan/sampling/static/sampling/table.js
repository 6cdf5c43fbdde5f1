// The sampling table: a reader types into one field that never loses its place; the tube first, then
// each person. With a network and without it is the same; what happened is sent by itself.

import { Sound } from "../ui/scan/sound.js";
import { keepShell } from "../ui/scan/shell.js";
import { Wedge } from "../ui/scan/wedge.js";
import { asked, choosing, sinceWhen } from "./asking.js";
import { reveal, showBand, showTube } from "./drawing.js";
import { forget, keep, tubeInHand } from "./keeping.js";
import { wireHands } from "./hands.js";
import { Knowing } from "./knowing.js";
import { askNames, withName } from "./naming.js";
import { NewPerson } from "./newperson.js";
import { recognise } from "./recognising.js";
import { eventOf } from "./events.js";
import { Sender, enrol } from "../ui/scan/device-sending.js";
import { store } from "./store.js";
import { showStrip } from "./strip.js";
import { idle, step } from "./table-step.js";

const LEARN = 60000; // milliseconds between two packs
const at = (id) => document.getElementById(id);
const { dataset: data } = at("data");
const setting = JSON.parse(data.setting);
const knowing = new Knowing(data);
const [sender, sound] = [new Sender({ store, hot: data.hot, keys: data.keys, told: refresh }), new Sound(at("sound"))];
const lines = [];
let state = idle;
let last = {}; // what the band says
let busy = true; // until the tube in hand was read

const maker = new NewPerson(at("new"), { made: (scan) => wait(scan), closed: () => wedge.hold() });
const wedge = new Wedge(at("code"), {
  scanned: (text) => wait({ text }),
  pressed: (key) => (key === "F4" ? maker.show() : key === "Escape" && (at("code").value = "")),
  turned: () => undefined,
  elsewhere: () => maker.open() || choosing(),
});

const wait = (line) => lines.push(line) && work();

/** One after the other, in the order in which they were scanned. */
async function work() {
  if (busy) return;
  busy = true;
  for (let line = lines.shift(); line; line = lines.shift()) {
    // What could not be kept did not happen: it is said, and the tube stays as it was.
    await take(line).catch(() => say({ kind: "not", word: "not_kept" }));
  }
  busy = false;
}

async function take(line) {
  if (line.kind === "name") return learnt(line);
  const scan = line.kind ? line : await recognise(line.text, knowing);
  if (scan.refused) return say({ kind: "need", word: scan.refused });
  if (sinceWhen(scan, state.tube)) return say({ kind: "need", word: "onset_missing" });
  const made = step(state, scan, performance.now(), setting);
  if (made.events.length || made.state.tube !== state.tube) {
    const how = { knowing, setting, tube: state.tube, offline: !sender.reached };
    await keep(made.events.map((event) => eventOf(event, { ...how, ...asked() })), made.state.tube);
  }
  state = made.state;
  if (!made.say) return undefined;
  if (made.events.length) sender.flush();
  if (scan.kind === "person" && made.events.length) at("onset").value = "";
  // Of whom the band tells, and of nobody who only held a code to the reader.
  if (made.say.id === scan.id) named([scan]);
  return say(made.say);
}

/** A name came: it is written where the person stands, and in the band if it still tells of him. */
async function learnt(told) {
  const tube = withName(state.tube, told);
  if (tube) await keep([], tube);
  state = { ...state, tube: tube ?? state.tube };
  if (last.id === told.id) showBand((last = { ...last, name: told.name }));
  show();
}

const show = () => showTube(state.tube, setting.limit, { said: last, reached: sender.reached });

function refresh() {
  showStrip({ data, sender, knowing });
  show();
  named(state.tube?.people ?? []);
}

const told = (name) => wait({ kind: "name", ...name });
const named = (people) => sender.reached && askNames(data.who, people, told);

function say(told) {
  last = told;
  showBand(told);
  show();
  sound.play(told.kind === "may" ? "go" : told.kind === "need" ? "look" : "stop");
}

async function learn() {
  await knowing.learn().catch((failure) => console.info("not learnt:", failure.name));
  if (await enrol(store, data.enrol)) sender.flush();
  refresh();
}

async function begin() {
  state = { ...idle, tube: await tubeInHand() };
  reveal();
  show();
  wireHands({ data, wait, say, wedge, maker, inHand: () => state.tube, sender });
  busy = false;
  work();
  sender.start();
  store.onChange(refresh);
  await learn();
  setInterval(learn, LEARN);
  await forget(knowing.time());
  await keepShell(data.worker, data.pages.split(" "), [data.keys, data.pack], data.scope);
}

begin();
