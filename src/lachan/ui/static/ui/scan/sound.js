// Short tones and ways to shake. An extra: every answer also has its shape and its word.

const KEY = "gate.sound";
const TONES = {
  go: [[1040, 0.09]], // hertz, seconds
  look: [[620, 0.1], [620, 0.1]],
  stop: [[300, 0.14], [300, 0.14]],
};
const GAP = 0.07; // seconds between two tones
const LOUD = 0.25; // of 1
const SHAKES = { go: 60, look: [120, 60, 120], stop: [180, 90, 180] }; // milliseconds

/** "go" lets the next one come, "stop" makes a guard look at the screen; "look" lies between. */
export const callOf = (kind) => (kind === "may" || kind === "kept" ? "go" : "stop");

export class Sound {
  /** `button`: switches the tones off and on for this device; the shaking stays. */
  constructor(button) {
    this.button = button;
    this.on = localStorage.getItem(KEY) !== "off";
    this.context = null;
    button?.addEventListener("click", () => this.turn(!this.on));
    this.show();
  }

  turn(on) {
    this.on = on;
    localStorage.setItem(KEY, on ? "on" : "off");
    this.show();
    if (on) this.play("go");
  }

  play(call) {
    navigator.vibrate?.(SHAKES[call]);
    if (!this.on || !globalThis.AudioContext) return;
    this.context ??= new AudioContext();
    // Until somebody has touched the page a browser keeps it silent.
    if (this.context.state === "suspended") this.context.resume().catch(() => {});
    let start = this.context.currentTime;
    for (const [hertz, seconds] of TONES[call]) {
      this.tone(hertz, start, seconds);
      start += seconds + GAP;
    }
  }

  tone(hertz, start, seconds) {
    const source = this.context.createOscillator();
    const volume = this.context.createGain();
    source.frequency.value = hertz;
    volume.gain.setValueAtTime(LOUD, start);
    // A tone cut off at once clicks.
    volume.gain.exponentialRampToValueAtTime(0.001, start + seconds);
    source.connect(volume).connect(this.context.destination);
    source.start(start);
    source.stop(start + seconds);
  }

  show() {
    this.button?.setAttribute("aria-pressed", String(this.on));
  }
}
