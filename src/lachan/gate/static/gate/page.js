// The guard's phone: camera, queue, network strip and verdict sheet meet here.

import { startCamera } from "./camera.js";
import { read } from "./grammar.js";
import { openPack, zoned } from "./pack.js";
import { keep } from "./queue.js";
import { Sender } from "./sending.js";
import { Sheet } from "./sheet.js";
import { keepShell } from "./shell.js";
import { keyRing, verify } from "./tokens.js";
import { word } from "./words.js";

const data = document.getElementById("data").dataset;
const sheet = new Sheet(document.getElementById("sheet"), resume);
const sender = new Sender(data);
const PACK_AGAIN = 60000; // milliseconds between two lists of zones: one that was lifted frees soon
let ring = new Map();
let pack = null; // the zones this gate knows, as the server signed them
let camera = null;
let offset = 0; // milliseconds our server's clock is ahead of this device's
let last = { text: "", at: 0 };

const now = () => new Date(Date.now() + offset).toISOString();
const direction = () => document.querySelector("input[name=direction]:checked").value;

/** A code was read: ask the server; without a network believe the signature and keep the scan. */
async function scanned(text) {
  if (text === last.text && Date.now() - last.at < 5000) return;
  last = { text, at: Date.now() };
  camera?.pause();
  const found = read(text, new Date().getFullYear());
  if (found.kind === "unknown" || found.kind.startsWith("place")) {
    const name = found.kind === "unknown" ? "unknown_code" : "place_code";
    return sheet.refuse(word(name));
  }
  const scan = {
    id: crypto.randomUUID(),
    gate: data.gate,
    text: found.text,
    direction: direction(),
    at: now(),
    device_at: new Date().toISOString(),
  };
  navigator.vibrate?.(60);
  const answer = await sender.ask(scan);
  if (answer?.sheet) return sheet.show(answer);
  if (answer) return sheet.refuse(answer.message);
  return offline(scan, found);
}

async function offline(scan, found) {
  const at = Date.parse(scan.at) / 1000;
  let pseudonym = null;
  if (found.kind.endsWith("_token") && ring.size) {
    try {
      ({ pseudonym } = await verify(ring, found.text, at));
    } catch {
      return sheet.refuse(word("bad_code"));
    }
  }
  // Whoever is turned away was not inside: nothing is kept. A way out is always recorded.
  if (scan.direction === "in" && (await zoned(pack, pseudonym, at))) return sheet.zoned();
  await keep({ ...scan, passed: true });
  sheet.offline();
  return sender.show();
}

function resume() {
  last.at = Date.now();
  camera?.resume();
}

/** Public keys and clock, from the server or from what the service worker kept. */
async function learn() {
  const asked = Date.now();
  const answer = await fetch(data.keys, { headers: { Accept: "application/json" } });
  const told = await answer.json();
  ring = await keyRing(told.keys);
  if (!answer.headers.has("X-Kept")) {
    offset = Date.parse(told.now) - (asked + Date.now()) / 2;
    localStorage.setItem("gate.offset", String(offset));
  }
}

/** The list of zones, from the server or from what the service worker kept. */
async function learnZones() {
  const answer = await fetch(data.pack, { headers: { Accept: "application/json" } });
  if (answer.ok) pack = (await openPack(ring, await answer.json(), data.gate)) ?? pack;
}

async function begin() {
  offset = Number(localStorage.getItem("gate.offset") || 0);
  sender.start();
  learn()
    .then(learnZones)
    .catch(() => sender.show());
  setInterval(() => learnZones().catch(() => sender.show()), PACK_AGAIN);
  try {
    camera = await startCamera(document.getElementById("video"), data.wasm, scanned);
  } catch (error) {
    console.info("no camera:", error.name);
    document.getElementById("say").textContent = word("no_camera");
  }
  // Last, so that the decoder is among what is kept.
  keepShell(data.worker);
}

begin();
