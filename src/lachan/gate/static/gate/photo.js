// Pictures of codes, read here one after the other. No picture leaves the device: only the text of
// a code does, as if the camera had read it.

import { Gatekeeper } from "./gatekeeper.js";
import { reader } from "../ui/scan/reading.js";
import { switched } from "./switching.js";
import { word } from "../ui/scan/words.js";

const SIDES = [1600, 4000]; // pixels of the longer side, tried in this order: quick, then thorough
const OLDEST = 48 * 3600 * 1000; // milliseconds; an older picture is no record of today's gate
const AHEAD = 5 * 60 * 1000; // milliseconds a camera's clock may be ahead

const at = (id) => document.getElementById(id);
const data = at("data").dataset;
const keeper = new Gatekeeper(data);
const list = at("pictures");
const files = at("files");
let texts = null; // the decoder, fetched once
let line = Promise.resolve();

const picked = (name) => document.querySelector(`input[name=${name}]:checked`)?.value ?? "";

files.addEventListener("change", () => {
  const chosen = [...files.files];
  files.value = "";
  const when = picked("when");
  if (!when) return ask();
  at("when-error").textContent = "";
  const options = { when, direction: picked("direction") };
  for (const file of chosen) line = line.then(() => one(file, options));
  return undefined;
});

function ask() {
  at("when-error").textContent = word("when_missing");
  document.querySelector("input[name=when]").focus();
}

async function one(file, options) {
  const row = at("picture").content.firstElementChild.cloneNode(true);
  row.querySelector("b").textContent = file.name;
  row.querySelector("small").textContent = shown(file.lastModified);
  const results = row.querySelector("ul");
  list.prepend(row);
  at("none").hidden = true;
  const add = (shape, lead, rest) => results.append(result(shape, lead, rest));
  const late = options.when === "file" ? wrongTime(file.lastModified) : "";
  if (late) return add("need", word("not_kept"), word(late));
  const found = await codesIn(file);
  if (!found) return add("need", word("not_kept"), word("no_picture"));
  if (!found.length) return add("need", word("not_kept"), word("no_code"));
  for (const text of found) {
    const answer = await answerOf(text, file, options);
    const shape = { may: "may", kept: "may", not: "not" }[answer.kind] ?? "need";
    const who = [answer.name, answer.year].filter(Boolean).join(" · ");
    // Whoever passed is on record at an hour; whoever may not has a reason.
    const rest = [who, (shape === "may" && answer.asof) || answer.why].filter(Boolean).join(" · ");
    add(shape, answer.word, rest);
  }
  return undefined;
}

async function answerOf(text, file, { when, direction }) {
  const then = when === "file";
  const moment = then ? Math.min(file.lastModified, Date.now()) : 0;
  const asked = { direction, way: "gate", at: moment, passed: then };
  return switched(await keeper.take(text, asked), data);
}

function wrongTime(moment) {
  if (moment > Date.now() + AHEAD) return "time_ahead";
  return moment < Date.now() - OLDEST ? "time_old" : "";
}

/** The texts of a picture's codes; null when the file is no picture that this device opens. */
async function codesIn(file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return null;
  }
  texts ??= await reader(data.wasm, { own: true });
  for (const side of SIDES) {
    const found = await texts(frameOf(picture, side));
    if (found.length) return [...new Set(found)];
    if (Math.max(picture.width, picture.height) <= side) break;
  }
  return [];
}

function frameOf(picture, side) {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function result(shape, lead, rest) {
  const row = at(`result-${shape}`).content.firstElementChild.cloneNode(true);
  row.querySelector("b").textContent = lead;
  row.querySelector("span").textContent = rest;
  return row;
}

function shown(moment) {
  const language = document.documentElement.lang || "vi";
  return new Date(moment).toLocaleString(language, { dateStyle: "short", timeStyle: "short" });
}

keeper.begin();
keeper.stay();
