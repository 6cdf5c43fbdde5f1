// The call of the next number at a table, big enough to be held up; who does not answer waits behind.

import { word } from "../ui/scan/words.js";
import { at } from "./site-drawing.js";
import { labelOf } from "./site-steps.js";

let calling = () => null;

/** The code of the sheet was scanned: the next number comes to this table. */
export const callNext = () => calling();

export function wireCalls({ site, say, drawn }) {
  const now = () => site.line.calls[site.hand.station] ?? "";
  const act = async (what) => {
    const told = await site.line.call(what, what === "next" ? "" : now());
    if (told.word) say({ kind: "need", word: told.word });
    else if (what === "missed") await act("next");
    drawn();
  };
  calling = () => (at("call-box").hidden ? null : act("next"));
  at("call-next").addEventListener("click", () => act("next"));
  at("call-again").addEventListener("click", () => act("again"));
  at("call-missed").addEventListener("click", () => act("missed"));
}

/** The number that was given last, big enough to be shown across a table, and his family's. */
export function drawGiven(site) {
  const person = site.hand.station === "reception" ? site.last?.person : null;
  const label = labelOf(person?.seen);
  at("given").hidden = !label;
  at("given-number").textContent = label;
  const kin = (person?.entry?.kin_size ?? 1) > 1 ? word("same_family_of", person.entry.kin_size) : "";
  at("given-kin").textContent = kin;
}

/** The number that is called here, its family, and whether others hear of it. */
export function drawCall(site) {
  const label = site.line.calls[site.hand.station] ?? "";
  const ticket = site.line.tickets.get(label);
  const family = site.line.family(ticket?.kin).filter((other) => other !== label);
  at("call-number").textContent = label || "–";
  at("call-where").textContent = word("called_to", site.hand.table);
  at("call-kin").textContent = family.length ? `${word("same_family")} ${family.join(", ")}` : "";
  at("call-note").textContent = site.sender.reached ? "" : word("call_alone");
  at("call-again").disabled = at("call-missed").disabled = !label;
}
