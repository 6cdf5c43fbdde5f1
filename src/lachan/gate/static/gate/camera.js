// The back camera, read a few times a second.

import { prepareZXingModule, readBarcodes } from "../vendor/zxing/reader/index.js";

const PAUSE = 120; // milliseconds between two readings: quick enough, and the phone stays cool
const WIDTH = 640; // pixels a frame is shrunk to

const OPTIONS = { formats: ["QRCode", "DataMatrix"], tryHarder: true, maxNumberOfSymbols: 1 };

/** Show the camera in `video` and call `found(text)` for every code. Throws without a camera. */
export async function startCamera(video, wasm, found) {
  // The decoder would otherwise fetch its WebAssembly from another host.
  prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  if (!navigator.mediaDevices) throw new DOMException("no camera", "NotFoundError");
  const wanted = { facingMode: "environment", width: { ideal: 1280 } };
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: wanted });
  await video.play();
  const state = { on: true };
  look(video, state, found);
  return {
    pause: () => (state.on = false),
    resume: () => (state.on = true),
  };
}

async function look(video, state, found) {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  for (;;) {
    await new Promise((later) => setTimeout(later, PAUSE));
    if (!state.on || document.hidden || !video.videoWidth) continue;
    canvas.width = Math.min(WIDTH, video.videoWidth);
    canvas.height = Math.round((canvas.width * video.videoHeight) / video.videoWidth);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const frame = context.getImageData(0, 0, canvas.width, canvas.height);
    const [code] = await readBarcodes(frame, OPTIONS);
    if (code?.text && state.on) found(code.text);
  }
}
