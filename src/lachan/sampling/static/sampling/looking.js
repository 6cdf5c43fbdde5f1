// The camera reads bars of tubes and codes of people; the reader goes on beside it.

import { startCamera } from "../ui/scan/camera.js";
import { ON_TUBES } from "../ui/scan/reading.js";
import { Same } from "../ui/scan/same.js";

/** Show the camera in `video` and call `found(text)` for each new code; false without a camera. */
export async function look(video, wasm, found) {
  const same = new Same();
  video.hidden = false;
  try {
    const read = (texts) => same.fresh(texts).forEach((text) => found(text));
    await startCamera(video, wasm, read, { formats: ON_TUBES });
    return true;
  } catch (failure) {
    console.info("no camera:", failure.name);
    video.hidden = true;
    return false;
  }
}
