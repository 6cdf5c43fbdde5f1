// Scans of a box: kept on this page until the server has them, each with a number of its own, so
// that a dead network loses none and a repeated upload makes none twice.

const PAUSE = 5000; // milliseconds between two tries without a network
const BATCH = 100; // scans of one upload
const SHOWN = 8; // scans of the list

/** The scans of one box that the server does not have yet. */
class Waiting {
  constructor(key) {
    this.key = key;
  }

  all() {
    return JSON.parse(localStorage.getItem(this.key) ?? "[]");
  }

  add(scan) {
    localStorage.setItem(this.key, JSON.stringify([...this.all(), scan]));
  }

  drop(ids) {
    const rest = this.all().filter((scan) => !ids.has(scan.id));
    if (rest.length) localStorage.setItem(this.key, JSON.stringify(rest));
    else localStorage.removeItem(this.key);
  }
}

class Scanner {
  constructor(form) {
    this.form = form;
    this.field = form.elements.code;
    this.waiting = new Waiting(`custody:${form.dataset.scans}`);
    this.band = document.getElementById("said");
    this.list = document.getElementById("scanned");
    this.net = document.getElementById("net");
    this.count = document.getElementById("inside");
    this.busy = false;
    form.addEventListener("submit", (event) => this.scan(event));
    addEventListener("online", () => this.send());
    this.send();
  }

  scan(event) {
    event.preventDefault();
    const code = this.field.value.trim();
    this.field.value = "";
    this.field.focus();
    if (code) this.keep(code, false);
  }

  keep(code, yes) {
    const at = new Date().toISOString();
    this.waiting.add({ id: crypto.randomUUID(), code, at, yes });
    this.send();
  }

  async send() {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.later);
    try {
      for (let scans = this.some(); scans.length; scans = this.some()) await this.upload(scans);
    } catch {
      this.later = setTimeout(() => this.send(), PAUSE);
    }
    this.busy = false;
    this.say();
  }

  some() {
    return this.waiting.all().slice(0, BATCH);
  }

  async upload(scans) {
    this.say();
    const headers = {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value,
    };
    const body = JSON.stringify({ scans });
    const answer = await fetch(this.form.dataset.scans, { method: "POST", headers, body });
    if (!answer.ok) throw new Error(`not taken: ${answer.status}`);
    const said = await answer.json();
    this.waiting.drop(new Set(said.scans.map((scan) => scan.id)));
    said.scans.forEach((scan) => this.show(scan));
    if (this.count) this.count.textContent = said.inside;
  }

  say() {
    const kept = this.waiting.all().length;
    this.net.hidden = kept === 0;
    this.net.querySelector("b").textContent = kept;
  }

  show({ code, kind, text, ask }) {
    this.band.hidden = false;
    this.band.className = `sense is-${kind}`;
    const words = document.createElement("div");
    const lead = document.createElement("b");
    lead.textContent = text;
    words.append(lead);
    if (ask) words.append(this.yes(code, ask));
    this.band.replaceChildren(words);
    const line = document.createElement("li");
    line.textContent = `${code} · ${text}`;
    this.list.prepend(line);
    [...this.list.children].slice(SHOWN).forEach((old) => old.remove());
  }

  yes(code, ask) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "btn-lc is-small", textContent: ask });
    button.addEventListener("click", () => this.keep(code, true));
    return button;
  }
}

for (const form of document.querySelectorAll("form[data-scans]")) new Scanner(form);
