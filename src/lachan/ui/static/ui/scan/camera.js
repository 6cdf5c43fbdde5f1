// The back camera, read a few times a second.

import { reader } from "./reading.js";

const PAUSE = 120; // milliseconds between two readings: quick enough, and the phone stays cool
const WIDTH = 640; // pixels a frame is shrunk to: one code in the middle
const WIDE = 1280; // pixels with several codes in a frame

/**
 * Show the camera in `video` and call `found(texts)` for every frame with codes. Throws without a
 * camera. `how`: as `reader` takes it. `wide(true)` reads small codes too; `light` is null where the camera has none.
 */
export async function startCamera(video, wasm, found, how = {}) {
  if (!navigator.mediaDevices) throw new DOMException("no camera", "NotFoundError");
  const wanted = { facingMode: "environment", width: { ideal: WIDE } };
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: wanted });
  await video.play();
  const state = { on: true, width: WIDTH };
  look(video, state, await reader(wasm, how), found);
  return {
    pause: () => (state.on = false),
    resume: () => (state.on = true),
    wide: (on) => (state.width = on ? WIDE : WIDTH),
    light: lightOf(video.srcObject),
  };
}

/** A switch for the camera's lamp, or null. */
function lightOf(stream) {
  const [track] = stream.getVideoTracks();
  if (!track?.getCapabilities?.().torch) return null;
  return (on) => track.applyConstraints({ advanced: [{ torch: on }] });
}

async function look(video, state, texts, found) {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  for (;;) {
    await new Promise((later) => setTimeout(later, PAUSE));
    if (!state.on || document.hidden || !video.videoWidth) continue;
    canvas.width = Math.min(state.width, video.videoWidth);
    canvas.height = Math.round((canvas.width * video.videoHeight) / video.videoWidth);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const frame = context.getImageData(0, 0, canvas.width, canvas.height);
    const codes = await texts(frame);
    if (codes.length && state.on) found(codes);
  }
}
