// What a hand in a glove may press beside the reader.

import { at } from "./site-drawing.js";

/** Whether a field of the page, not the reader's own, has the keys. */
export function typingElsewhere() {
  const { activeElement: active } = document;
  const types = active?.tagName === "INPUT" && !["radio", "checkbox"].includes(active.type);
  return types && active !== at("code");
}

/** The page without a script makes room; stations and buttons work. */
export function wireHands({ site, maker, say, show }) {
  at("plain").hidden = true;
  for (const id of ["site", "dock", "net"]) at(id).hidden = false;
  for (const button of document.querySelectorAll("[data-station-of]")) {
    button.addEventListener("click", () => site.choose(button.dataset.stationOf).then(show));
  }
  at("nocode").addEventListener("click", () => maker.show());
  at("back").addEventListener("click", async () => say(await site.back()));
}
