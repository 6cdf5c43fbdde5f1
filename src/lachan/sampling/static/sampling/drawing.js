// What the table shows: the tube in hand, the band, the people. Only what changed is drawn anew.

import { word } from "../ui/scan/words.js";

const INSIDE = 236; // height of the drawn tube's inside, in the units of its viewBox
const TOP = 36;
const SVG = "http://www.w3.org/2000/svg";
const at = (id) => document.getElementById(id);

/** The band: `say` as `step` gives it. The shapes are the page's own, one a kind. */
export function showBand({ kind, word: name, ...told }) {
  const band = at("band");
  const [lead, text] = sentence(name, told).split("|");
  band.className = `sense is-${kind}`;
  band.setAttribute("role", kind === "may" ? "status" : "alert");
  const shape = at(`shape-${kind}`).content.cloneNode(true);
  const said = document.createElement("div");
  said.append(element("b", lead), element("span", text ?? ""));
  band.replaceChildren(shape, said);
  band.dataset.word = name;
}

function sentence(name, { n, name: person, barcode, next }) {
  const made = word(name, n)
    .replace("{name}", person || word("somebody"))
    .replace("{barcode}", barcode ?? "")
    .replace("{next}", next ?? "");
  return made.charAt(0).toUpperCase() + made.slice(1);
}

/** The page without a script makes room for this one. */
export function reveal() {
  for (const id of ["plain", "take", "told"]) at(id).hidden = true;
  for (const id of ["table", "dock", "net"]) at(id).hidden = false;
  document.querySelector("label[for=code]").textContent = word("scan_here");
}

/** The tube in hand, or the empty one that is to be scanned; `said`: of whom the band tells. */
export function showTube(tube, limit, { said = {}, reached = true } = {}) {
  const people = tube?.people ?? [];
  draw(people.length, tube?.limit ?? limit);
  at("inside").textContent = String(people.length);
  at("limit").textContent = ` / ${ofPeople(tube?.limit ?? limit)}`;
  at("barcode").textContent = tube ? tube.barcode : word("no_tube");
  document.body.classList.toggle("is-filling", Boolean(tube));
  at("people").replaceChildren(...people.map((one, at) => row(one, at, said, reached)).reverse());
  at("close").disabled = !people.length;
  at("close").textContent = word(people.length ? "close" : "close_none", people.length);
  at("back").disabled = !people.length;
}

const ofPeople = (n) => word(n === 1 ? "of_person" : "of_people", n);

function row({ id, name, year, ask }, index, said, reached) {
  const line = document.createElement("li");
  const nameless = word(ask && !reached ? "no_name_yet" : "by_code");
  line.append(element("b", String(index + 1)), name || nameless, element("span", year));
  if (id === said.id) line.className = said.word === "in_tube" ? "twice" : "new";
  return line;
}

function draw(inside, limit) {
  const drawn = at("drawn");
  if (drawn.dataset.limit !== String(limit)) {
    drawn.dataset.limit = String(limit);
    drawn.replaceChildren(...Array.from({ length: limit }, (_, slot) => place(slot, limit)).flat());
  }
  [...drawn.querySelectorAll("rect")].forEach((one, slot) => {
    one.setAttribute("class", slot < inside ? "is-full" : "");
  });
  [...drawn.querySelectorAll("text")].forEach((one, slot) => {
    one.setAttribute("class", slot < inside ? "is-full" : "");
  });
}

function place(slot, limit) {
  const step = INSIDE / limit;
  const top = TOP + INSIDE - step * (slot + 1);
  const box = document.createElementNS(SVG, "rect");
  const size = { x: 30, y: top, width: 44, height: step - 4, rx: slot ? 0 : Math.min(20, step / 2) };
  for (const [name, value] of Object.entries(size)) box.setAttribute(name, String(value));
  const number = document.createElementNS(SVG, "text");
  const where = { x: 52, y: top + step / 2 + 3, "text-anchor": "middle" };
  for (const [name, value] of Object.entries(where)) number.setAttribute(name, String(value));
  number.textContent = String(slot + 1);
  return [box, number];
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
