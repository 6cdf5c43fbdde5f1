// The back camera, read a few times a second.

const PAUSE = 120; // milliseconds between two readings: quick enough, and the phone stays cool
const WIDTH = 640; // pixels a frame is shrunk to

const OPTIONS = { formats: ["QRCode", "DataMatrix"], tryHarder: true, maxNumberOfSymbols: 1 };

/** A function from a frame to its text or "": the phone's own reader, else half a megabyte of ours. */
async function reader(wasm) {
  const native = globalThis.BarcodeDetector;
  if (native && (await native.getSupportedFormats()).includes("qr_code")) {
    const detector = new native({ formats: ["qr_code"] });
    return async (frame) => (await detector.detect(frame))[0]?.rawValue ?? "";
  }
  const zxing = await import("../vendor/zxing/reader/index.js");
  // The decoder would otherwise fetch its WebAssembly from another host.
  await zxing.prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  return async (frame) => (await zxing.readBarcodes(frame, OPTIONS))[0]?.text ?? "";
}

/** Show the camera in `video` and call `found(text)` for every code. Throws without a camera. */
export async function startCamera(video, wasm, found) {
  if (!navigator.mediaDevices) throw new DOMException("no camera", "NotFoundError");
  const wanted = { facingMode: "environment", width: { ideal: 1280 } };
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: wanted });
  await video.play();
  const state = { on: true };
  look(video, state, await reader(wasm), found);
  return {
    pause: () => (state.on = false),
    resume: () => (state.on = true),
  };
}

async function look(video, state, text, found) {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  for (;;) {
    await new Promise((later) => setTimeout(later, PAUSE));
    if (!state.on || document.hidden || !video.videoWidth) continue;
    canvas.width = Math.min(WIDTH, video.videoWidth);
    canvas.height = Math.round((canvas.width * video.videoHeight) / video.videoWidth);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const frame = context.getImageData(0, 0, canvas.width, canvas.height);
    const code = await text(frame);
    if (code && state.on) found(code);
  }
}
