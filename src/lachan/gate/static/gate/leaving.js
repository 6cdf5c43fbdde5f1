// Starting a kiosk and leaving it: only who knows the code chosen at the start comes out.
// This keeps visitors in; a browser locked to one page keeps keys out (gate-pages.md).
import { forget, kept, keep, opens } from "./exitcode.js";

const HELD = 2000; // milliseconds the corner is pressed
const TRIES = 5;
const LOCKED = 60_000; // milliseconds without another try after too many

const at = (id) => document.getElementById(id);

export class Leaving {
  constructor({ start, stop }) {
    Object.assign(this, { start, stop, ways: "in", wrong: 0, lockedUntil: 0 });
  }

  /** A kiosk that was switched off by a power cut is a kiosk again when the light is back. */
  begin() {
    at("begin").addEventListener("submit", (event) => {
      event.preventDefault();
      this.chosen(new FormData(event.target));
    });
    at("leave").addEventListener("submit", (event) => {
      event.preventDefault();
      this.tried(new FormData(event.target).get("code"));
    });
    at("stay").addEventListener("click", () => this.ask(false));
    this.listen(at("corner"));
    const running = kept();
    if (running) this.go(running.ways);
  }

  /** Whether the code is being asked for: a reader types nothing into it. */
  asking() {
    return !at("leave").hidden;
  }

  async chosen(form) {
    await keep(form.get("ways"), form.get("code"));
    at("begin").reset();
    document.documentElement.requestFullscreen?.().catch(() => {});
    this.go(form.get("ways"));
  }

  go(ways) {
    this.ways = ways;
    document.body.classList.add("is-running");
    at("begin").hidden = true;
    // Back leads to this page again, and keys of the browser do nothing.
    history.pushState(null, "", location.href);
    addEventListener("popstate", again);
    addEventListener("keydown", quiet, { capture: true });
    addEventListener("contextmenu", quietly);
    this.start(ways);
  }

  listen(corner) {
    let timer = 0;
    const press = () => (timer = setTimeout(() => this.ask(true), HELD));
    const free = () => clearTimeout(timer);
    corner.addEventListener("pointerdown", press);
    for (const name of ["pointerup", "pointerleave", "pointercancel"]) {
      corner.addEventListener(name, free);
    }
    // The same by keyboard, held down as long.
    corner.addEventListener("keydown", (event) => {
      if (event.repeat || !["Enter", " "].includes(event.key)) return;
      event.stopPropagation();
      press();
    });
    corner.addEventListener("keyup", free);
  }

  ask(yes) {
    at("leave").hidden = !yes;
    at("leave-error").textContent = "";
    at("leave").reset();
    (yes ? at("leave").elements.code : at("text")).focus();
  }

  async tried(code) {
    const { dataset } = at("leave-error");
    if (Date.now() < this.lockedUntil) return this.say(dataset.locked);
    if (await opens(code)) return this.leave();
    this.wrong += 1;
    if (this.wrong % TRIES === 0) this.lockedUntil = Date.now() + LOCKED;
    at("leave").reset();
    return this.say(dataset.wrong);
  }

  say(text) {
    at("leave-error").textContent = text;
  }

  leave() {
    forget();
    this.wrong = 0;
    removeEventListener("popstate", again);
    removeEventListener("keydown", quiet, { capture: true });
    removeEventListener("contextmenu", quietly);
    document.body.classList.remove("is-running");
    if (document.fullscreenElement) document.exitFullscreen();
    this.ask(false);
    at("begin").hidden = false;
    this.stop();
  }
}

const again = () => history.pushState(null, "", location.href);
const quietly = (event) => event.preventDefault();

function quiet(event) {
  // A reader may type a letter as Alt and digits of the number pad.
  const letter = event.altKey && event.code.startsWith("Numpad");
  const held = event.ctrlKey || event.altKey || event.metaKey;
  const browser = (/^F\d+$/.test(event.key) || held) && !letter;
  if (browser) event.preventDefault();
}
