// The page of a vaccination site: one input that understands every code, five stations of one page.
// With a network and without it is the same; what happened is sent by itself.

import { Sound } from "../ui/scan/sound.js";
import { keepShell } from "../ui/scan/shell.js";
import { Wedge } from "../ui/scan/wedge.js";
import { typingElsewhere, wireHands } from "./site-hands.js";
import { NewPerson } from "./site-newperson.js";
import { Line } from "./site-line.js";
import { Paper } from "./site-paper.js";
import { callNext, wireCalls } from "./site-calling.js";
import { WaitingList } from "./site-waiting.js";
import { Visits } from "./site-visits.js";
import { Knowing } from "./site-knowing.js";
import { at, showBand, showPerson } from "./site-drawing.js";
import { keepLooking } from "./site-looking.js";
import { forget, inHand } from "./site-keeping.js";
import { recognise } from "./site-recognising.js";
import { Sender, enrol } from "../ui/scan/device-sending.js";
import { store } from "./site-store.js";
import { showStation, stationsOf } from "./site-station.js";
import { showStrip } from "./site-strip.js";

const LEARN = 60000; // milliseconds between two looks at keys, clock and pack
const { dataset: data } = at("data");
const [knowing, sound] = [new Knowing(data), new Sound(at("sound"))];
const sender = new Sender({ store, hot: data.hot, keys: data.keys, told: refresh });
const site = new Visits({ data, knowing, sender, say });
const stations = stationsOf(site);
site.line = new Line(site, () => waiting.draw());
const [paper, waiting] = [new Paper(site), new WaitingList(site, stations)];
const [here, lines] = [() => stations[site.hand.station], []];
let busy = true; // until what was in hand was read

const maker = new NewPerson(at("new"), { made, closed: () => wedge.hold() });
const wedge = new Wedge(at("code"), {
  scanned: (text) => lines.push(text) && work(),
  pressed: (key) => (key === "F4" ? maker.show() : key === "Escape" && (at("code").value = "")),
  turned: () => undefined,
  elsewhere: () => maker.open() || typingElsewhere(),
});

/** One after the other, in the order in which they were scanned. */
async function work() {
  if (busy) return;
  busy = true;
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    // What could not be kept did not happen: it is said, and everything stays as it was.
    const told = await take(line).catch((failure) => console.error(failure) ?? { kind: "not", word: "not_kept" });
    if (told) say(told);
  }
  busy = false;
}

async function take(text) {
  if (!knowing.pack || knowing.expired()) return { kind: "not", word: "no_pack_yet" };
  const scan = await recognise(text, knowing);
  if (scan.refused) return { kind: "need", word: scan.refused };
  if (scan.kind === "lot") return stations.injection === here() ? here().lot(scan.lot) : { kind: "need", word: "unknown_code" };
  if (scan.name === "next") return callNext();
  if (scan.kind === "command") return scan.name === "back" ? site.back() : here().command(scan.name, scan.value);
  showPerson(scan, site.line);
  return here().scanned(scan);
}

async function made(person) {
  await site.choose("reception").then(show);
  showPerson(person, site.line);
  say(await stations.reception.made(person));
}

function say(told) {
  showBand(told);
  sound.play({ may: "go", need: "look", not: "stop" }[told.kind]);
  waiting.draw();
  refresh();
}

function show() {
  showStation(site, stations);
  waiting.draw();
  refresh();
}

function refresh() {
  showStrip({ data, sender, knowing });
  at("lot").textContent = site.hand.station === "injection" ? site.lotSaid() : "";
}

async function learn() {
  await knowing.learn().catch((failure) => console.info("not learnt:", failure.name));
  if (await enrol(store, data.enrol)) sender.flush();
  await site.line.letter().catch((failure) => console.info("no letter:", failure.name));
  refresh();
}

async function begin() {
  await site.begin(await inHand());
  wireHands({ site, maker, say, show, scanned: (text) => lines.push(text) && work() });
  wireCalls({ site, say, drawn: () => waiting.draw() });
  await learn();
  show();
  paper.warn();
  site.line.look();
  busy = false;
  work();
  sender.start();
  store.onChange(refresh);
  setInterval(learn, LEARN);
  keepLooking({ site, injection: stations.injection, say });
  await forget(knowing.time());
  await keepShell(data.worker, [location.pathname, ...data.pages.split(" ")], [data.keys, data.pack], data.scope);
}

begin();
