// The verdict sheet: the server's own, or the three that the page holds for hours without a network.

const NEXT = 2000; // milliseconds after which the next scan comes by itself

export class Sheet {
  constructor(box, closed) {
    this.box = box;
    this.closed = closed;
    this.timer = 0;
    box.addEventListener("click", (event) => this.tapped(event));
    addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  /** The server's verdict; after "may" the next scan comes by itself unless somebody taps. */
  show({ sheet, kind }) {
    const parsed = new DOMParser().parseFromString(sheet, "text/html");
    this.open(document.importNode(parsed.querySelector(".verdict"), true));
    if (kind === "may") this.countDown();
  }

  /** Recorded on the device; nobody judged it. */
  offline() {
    this.open(this.kept("offline-may"));
    this.countDown();
  }

  /** A zone in force keeps the person out; the list of zones on this device says so. */
  zoned() {
    this.open(this.kept("offline-zone"));
  }

  /** Not recorded, and why. */
  refuse(message) {
    const refused = this.kept("offline-no");
    refused.querySelector(".why").textContent = message;
    this.open(refused);
  }

  close() {
    if (!this.box.firstChild) return;
    clearTimeout(this.timer);
    this.box.replaceChildren();
    this.closed();
  }

  open(section) {
    clearTimeout(this.timer);
    this.box.replaceChildren(section);
    section.focus();
  }

  countDown() {
    this.box.querySelector(".verdict > .btn-lc")?.classList.add("next");
    this.timer = setTimeout(() => this.close(), NEXT);
  }

  kept(name) {
    return document.getElementById(name).content.querySelector(".verdict").cloneNode(true);
  }

  tapped(event) {
    clearTimeout(this.timer);
    this.box.querySelector(".next")?.classList.remove("next");
    const link = event.target.closest("a");
    if (!link || link.pathname !== location.pathname) return;
    event.preventDefault();
    this.close();
  }
}
