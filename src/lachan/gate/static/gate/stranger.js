// Somebody without a code, entered on the desk itself: no page is left, so no scan is lost.

import { quicken } from "./guest.js";
import { csrf } from "../ui/scan/net.js";
import { word } from "../ui/scan/words.js";

export class Stranger {
  /**
   * `panel`: where the form stands. `filling(form)`: put it there; `entered(answer)`: it is done;
   * `refused(why)`: it cannot be; `scanned(text)`: a reader typed into the form.
   */
  constructor(panel, { filling, entered, refused, scanned }) {
    this.panel = panel;
    Object.assign(this, { put: filling, entered, refused, scanned });
  }

  filling() {
    return Boolean(this.panel.querySelector("form.gate-guest"));
  }

  /** Send a form: the sheet's, which carries the card's text in its body, or the stranger's own. */
  send(form) {
    return this.ask(form.action, new URLSearchParams(new FormData(form)));
  }

  async ask(address, body = null) {
    const headers = { Accept: "text/html", "X-CSRFToken": csrf() };
    try {
      const answer = await fetch(address, body ? { method: "POST", headers, body } : { headers });
      this.told(new DOMParser().parseFromString(await answer.text(), "text/html"), answer.url);
    } catch {
      this.refused(word("enter_offline"));
    }
  }

  /** What came back: the form, again with what is missing, or the verdict on who was entered. */
  told(page, address) {
    const form = page.querySelector("form.gate-guest");
    if (form) return this.fill(document.importNode(form, true), address);
    const verdict = page.querySelector(".verdict");
    const why = page.querySelector("main p")?.textContent.trim();
    if (!verdict) return this.refused(why ?? word("failed"));
    document.getElementById("count").textContent = page.getElementById("count").textContent;
    return this.entered({
      kind: [...verdict.classList].find((name) => name.startsWith("is-")).slice(3),
      sheet: verdict.outerHTML,
      word: verdict.querySelector("h2").textContent,
      name: verdict.querySelector(".verdict-ask b")?.textContent ?? "",
    });
  }

  fill(form, address) {
    form.action = address;
    form.querySelector("[autofocus]")?.removeAttribute("autofocus");
    this.put(form);
    quicken(form, { scanned: this.scanned, send: () => this.send(form) });
  }
}
