// A camera that looks for codes.  `openCamera(video, onCode)` starts it; refusals are words, not throws.
import { readCode } from "./code-reader.js";

// Milliseconds between two looks: eight a second leave a cheap phone time to draw.
const PAUSE = 120;
// The same code held still is one scan for as long as this (milliseconds).
const SAME = 3000;
// The longer side a picture is read at: enough for 33 modules across a third of the view.
const SIDE = 960;

// Names of the browser's errors -> what the page can say; the page holds the sentences.
const REASONS = {
  NotAllowedError: "denied",
  NotFoundError: "missing",
  NotReadableError: "busy",
  OverconstrainedError: "missing",
};

export class Camera {
  constructor(video, onCode, kind) {
    Object.assign(this, { video, onCode, kind, waiting: 0, last: "", lastAt: -SAME });
    this.canvas = document.createElement("canvas");
    this.pen = this.canvas.getContext("2d", { willReadFrequently: true });
  }

  resume() {
    if (this.waiting === 0) this.waiting = setTimeout(() => this.look(), PAUSE);
  }

  pause() {
    clearTimeout(this.waiting);
    this.waiting = 0;
  }

  stop() {
    this.pause();
    this.stream?.getTracks().forEach((track) => track.stop());
    this.video.srcObject = null;
  }

  async start() {
    this.stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
    });
    this.video.srcObject = this.stream;
    await this.video.play();
    this.resume();
  }

  async look() {
    const mine = this.waiting;
    const picture = this.picture();
    const text = picture ? await readCode(picture, this.kind) : "";
    if (this.waiting !== mine) return; // paused or stopped meanwhile
    if (text && !this.isSame(text)) this.onCode(text);
    if (this.waiting !== mine) return;
    this.waiting = setTimeout(() => this.look(), PAUSE);
  }

  isSame(text) {
    const at = performance.now();
    const same = text === this.last && at - this.lastAt < SAME;
    this.last = text;
    this.lastAt = at;
    return same;
  }

  picture() {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!width || !height) return null;
    const scale = Math.min(1, SIDE / Math.max(width, height));
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    this.pen.drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    return this.pen.getImageData(0, 0, this.canvas.width, this.canvas.height);
  }
}

/**
 * Start a camera.  Resolves to {camera} or {reason: "denied"|"missing"|"busy"|"unknown"}.
 * @param {HTMLVideoElement} video  muted and playsinline
 * @param {(text: string) => void} onCode  called once for a code held still
 * @param {"person"|"tube"} kind
 */
export async function openCamera(video, onCode, kind = "person") {
  if (!navigator.mediaDevices) return { reason: "missing" };
  const camera = new Camera(video, onCode, kind);
  try {
    await camera.start();
  } catch (error) {
    camera.stop();
    return { reason: REASONS[error.name] ?? "unknown" };
  }
  return { camera };
}
