// What a hand in a glove may press beside the reader.

import { startCamera } from "../ui/scan/camera.js";
import { ON_TUBES } from "../ui/scan/reading.js";
import { Same } from "../ui/scan/same.js";
import { at } from "./site-drawing.js";

/** Whether a field of the page, not the reader's own, has the keys. */
export function typingElsewhere() {
  const { activeElement: active } = document;
  const types = active?.tagName === "INPUT" && !["radio", "checkbox"].includes(active.type);
  return types && active !== at("code");
}

/** The page without a script makes room; stations and buttons work. */
export function wireHands({ site, maker, say, show, scanned }) {
  at("plain").hidden = true;
  for (const id of ["site", "dock", "net"]) at(id).hidden = false;
  for (const button of document.querySelectorAll("[data-station-of]")) {
    button.addEventListener("click", () => site.choose(button.dataset.stationOf).then(show));
  }
  at("nocode").addEventListener("click", () => maker.show());
  at("back").addEventListener("click", async () => say(await site.back()));
  at("camera").addEventListener("click", () => look(site.data.wasm, scanned, say));
}

let camera = null;

/** The camera reads what the reader would: people, boxes and the sheet of codes; once more shuts it. */
async function look(wasm, scanned, say) {
  const video = at("video");
  if (camera) {
    video.hidden = !video.hidden;
    return video.hidden ? camera.pause() : camera.resume();
  }
  const same = new Same();
  video.hidden = false;
  try {
    camera = await startCamera(video, wasm, (texts) => same.fresh(texts).forEach((text) => scanned(text)), { formats: ON_TUBES });
  } catch (failure) {
    console.info("no camera:", failure.name);
    video.hidden = true;
    say({ kind: "need", word: "no_camera" });
  }
  return undefined;
}
