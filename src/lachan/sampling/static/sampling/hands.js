// What a hand in a glove may press beside the reader: all of it can be done by scanning alone.

import { look } from "./looking.js";

const at = (id) => document.getElementById(id);

/** `inHand()`: the tube in hand; `wait`, `say`: as for a scan. */
export function wireHands({ data, wait, say, wedge, maker, inHand, sender }) {
  // A button in the place of a scan: the same code, and never a reader's echo.
  const press = (kind, what) => what && wait({ kind, text: what, who: what, pressed: true });
  at("close").addEventListener("click", () => press("tube", inHand()?.barcode));
  at("back").addEventListener("click", () => press("person", inHand()?.people.at(-1)?.who));
  at("nocode").addEventListener("click", () => maker.show());
  at("camera").addEventListener("click", async () => {
    const found = (text) => wait({ text });
    if (!(await look(at("video"), data.wasm, found))) say({ kind: "need", word: "no_camera" });
  });
  at("slips").addEventListener("click", (event) => {
    if (sender.reached) return;
    event.preventDefault();
    say({ kind: "need", word: "slips_offline" });
  });
  for (const id of ["reason", "onset"]) {
    at(id).addEventListener("change", ({ target }) => {
      target.blur();
      wedge.hold();
    });
  }
}
