// A reader that types like a keyboard: every line of it is one scan, and no letter is lost.

const ENDS = new Set(["Enter", "NumpadEnter", "Tab"]); // how readers are set to end a code
const ECHO = 80; // milliseconds in which a second Enter belongs to the reader, not to a hand
const KEYS = { F2: "in", F3: "out" };

/**
 * `field`: the one input. `scanned(text)`: a whole line. `pressed(key)`: Enter in the empty field,
 * Escape, F4; `turned(direction)`: F2 or F3. `elsewhere()`: keys belong to a form that is open.
 */
export class Wedge {
  constructor(field, { scanned, pressed, turned, elsewhere = () => false }) {
    Object.assign(this, { field, scanned, pressed, turned, elsewhere });
    this.ended = -ECHO;
    addEventListener("keydown", (event) => this.key(event), { capture: true });
    addEventListener("focus", () => this.hold());
    field.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.end(performance.now());
    });
    document.addEventListener("click", () => setTimeout(() => this.hold()));
    this.hold();
  }

  /** The field gets the focus back, whatever was clicked. */
  hold() {
    if (!this.elsewhere()) this.field.focus({ preventScroll: true });
  }

  key(event) {
    if (KEYS[event.key]) {
      event.preventDefault();
      return this.turned(KEYS[event.key]);
    }
    if (["Escape", "F4"].includes(event.key)) {
      event.preventDefault();
      return this.pressed(event.key);
    }
    if (this.elsewhere() || event.ctrlKey || event.altKey || event.metaKey) return undefined;
    if (ENDS.has(event.key)) return this.ending(event);
    // The letter itself goes where the focus is when this handler is done.
    if (event.key.length === 1 && document.activeElement !== this.field) this.field.focus();
    return undefined;
  }

  ending(event) {
    const typed = this.field.value.trim() !== "";
    // With nothing typed a Tab goes on to the buttons, and Enter presses the one it stands on.
    if (!typed && (event.key === "Tab" || document.activeElement !== this.field)) return;
    event.preventDefault();
    this.end(event.timeStamp);
  }

  end(at) {
    const text = this.field.value.trim();
    this.field.value = "";
    if (text) {
      this.ended = at;
      return this.scanned(text);
    }
    // Some readers end a line with carriage return and line feed: two Enters in one breath.
    if (at - this.ended < ECHO) return undefined;
    return this.pressed("Enter");
  }
}
