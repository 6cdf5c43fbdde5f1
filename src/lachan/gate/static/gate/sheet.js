// The verdict sheet: the server's own, or those the page holds for the days without a network.

import { doesNotFit } from "./fit.js";
import { csrf } from "../ui/scan/net.js";

const NEXT = 2000; // milliseconds after which the next scan comes by itself

export class Sheet {
  /**
   * `closed()` is called when a sheet goes. `still`: the page keeps the focus and the sheet stays
   * until the next scan (desk). `entering(form)`: somebody is to be entered; without it the
   * browser goes there. `changed(answer)`: the guard said that the code was somebody else's.
   */
  constructor(box, { closed = () => {}, still = false, entering = null, changed = null } = {}) {
    Object.assign(this, { box, closed, still, entering, changed });
    this.timer = 0;
    box.addEventListener("click", (event) => this.tapped(event));
    box.addEventListener("submit", (event) => this.submitted(event));
    if (!still) addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  /** Show a gatekeeper's answer; after "may" the next scan comes by itself unless somebody taps. */
  show(answer) {
    this.open(answer.sheet ? this.parsed(answer.sheet) : this.alone(answer));
    if (!this.still && (answer.kind === "may" || answer.kind === "kept")) this.countDown();
  }

  /** The first action of the sheet, as the Enter key asks for it; false where there is none. */
  act() {
    const first = this.box.querySelector(".verdict > .verdict-do button, .verdict > .btn-lc");
    first?.click();
    return Boolean(first);
  }

  close() {
    if (!this.box.firstChild) return;
    clearTimeout(this.timer);
    this.box.replaceChildren();
    this.closed();
  }

  open(section) {
    clearTimeout(this.timer);
    if (this.still) {
      // Announced, and the reader's field keeps the focus.
      section.removeAttribute("autofocus");
      section.setAttribute("role", "group");
    }
    this.box.replaceChildren(section);
    if (!this.still) section.focus();
  }

  countDown() {
    this.box.querySelector(".verdict > .btn-lc")?.classList.add("next");
    this.timer = setTimeout(() => this.close(), NEXT);
  }

  parsed(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const section = document.importNode(page.querySelector(".verdict"), true);
    for (const form of section.querySelectorAll("form")) form.prepend(csrfField());
    return section;
  }

  /** What this device says by itself: the page's own frame, filled in. */
  alone({ kind, word, why, asof }) {
    const frame = document.getElementById(`offline-${kind}`) ?? document.getElementById("offline-refused");
    const section = frame.content.querySelector(".verdict").cloneNode(true);
    section.querySelector("h2").textContent = word;
    section.querySelector(".why").textContent = why;
    const line = section.querySelector(".verdict-asof span");
    if (line) line.textContent = asof;
    return section;
  }

  changedTo(answer) {
    this.show(answer);
    this.changed?.(answer);
  }

  tapped(event) {
    clearTimeout(this.timer);
    this.box.querySelector(".next")?.classList.remove("next");
    const link = event.target.closest("a");
    if (!link || link.pathname !== location.pathname) return;
    event.preventDefault();
    this.close();
  }

  submitted(event) {
    const form = event.target;
    if (form.matches("[data-enter]") && this.entering) {
      event.preventDefault();
      this.entering(form);
    }
    if (form.matches("[data-unfit]")) {
      event.preventDefault();
      doesNotFit(form, this.box.dataset.later).then((told) => told && this.changedTo(told));
    }
  }
}

function csrfField() {
  const field = document.createElement("input");
  return Object.assign(field, { type: "hidden", name: "csrfmiddlewaretoken", value: csrf() });
}
