// The last answers, for a guard who blinked. In memory only: they go with the page.

import { word } from "../ui/scan/words.js";

const MOST = 5;

export class Trail {
  constructor(list) {
    this.list = list;
  }

  /** One more answer; the newest stands first. */
  add(answer) {
    const shape = { may: "may", kept: "may", not: "not" }[answer.kind] ?? "need";
    const row = document.getElementById(`trail-${shape}`).content.firstElementChild.cloneNode(true);
    const language = document.documentElement.lang || "vi";
    row.querySelector("time").textContent = new Date().toLocaleTimeString(language, {
      ...{ hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false },
    });
    row.querySelector("b").textContent = answer.name || word("no_name");
    row.querySelector("span").textContent = answer.word;
    this.list.prepend(row);
    while (this.list.children.length > MOST) this.list.lastElementChild.remove();
  }

  /** The newest answer was taken back: it was somebody else's code. */
  change(answer) {
    this.list.firstElementChild?.remove();
    this.add(answer);
  }
}
