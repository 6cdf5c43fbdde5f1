// What the page of a site shows: the band on top, the person in hand, buttons of the moment.

import { word } from "../ui/scan/words.js";
import { labelOf } from "./site-steps.js";

export const at = (id) => document.getElementById(id);
const language = () => (document.documentElement.lang === "en" ? "en" : "vi");

/** What a rule calls something, in the language of the page. */
export const named = (names) => names?.[language()] ?? names?.vi ?? "";

/** The band: `kind` may, need or not; `word` names a sentence; `said` are the rule's own words. */
export function showBand({ kind, word: name, n, said, ...told }) {
  let text = word(name, n);
  for (const [key, value] of Object.entries(told)) text = text.replaceAll(`{${key}}`, String(value ?? ""));
  const [lead, rest] = text.split("|");
  const band = at("band");
  band.className = `sense is-${kind}`;
  band.setAttribute("role", kind === "may" ? "status" : "alert");
  band.dataset.word = name;
  const words = document.createElement("div");
  words.append(element("b", lead.charAt(0).toUpperCase() + lead.slice(1)), element("span", said ? named(said) : rest ?? ""));
  band.replaceChildren(at(`shape-${kind}`).content.cloneNode(true), words);
}

/** The person in hand: number, name, year, and the numbers of his family. */
export function showPerson(person, line) {
  const box = at("person");
  at("lacks").textContent = ""; // of whom the page told before
  box.hidden = !person;
  if (!person) return;
  const ticket = line?.ticketOf(person);
  const label = labelOf(person.seen) || ticket?.label || "";
  const year = (person.birth ?? "").slice(0, 4);
  const others = line?.family(person.entry?.kin || ticket?.kin).filter((one) => one !== label) ?? [];
  box.replaceChildren(element("b", `${label ? `${label} · ` : ""}${person.name || word("by_code")}`), element("span", year));
  if (others.length) box.append(element("small", `${word("same_family")} ${others.join(", ")}`));
}

/** Buttons for what can be scanned too: [[word, press], ...]; none clears the row. */
export function offer(choices) {
  const row = at("choices");
  row.hidden = !choices.length;
  row.replaceChildren(
    ...choices.map(([name, press, quiet]) => {
      const button = element("button", word(name));
      button.type = "button";
      button.className = `btn-lc is-glove is-wide${quiet ? " is-line" : ""}`;
      button.dataset.choice = name;
      button.addEventListener("click", press);
      return button;
    }),
  );
}

export function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}
