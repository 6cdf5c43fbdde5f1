// The paper beside the machine: what this device knows is printed by the browser, also without a
// network; after the minutes of the rule the page asks for a new sheet.

import { word } from "../ui/scan/words.js";
import { at, element } from "./site-drawing.js";
import { labelOf, stepOf } from "./site-steps.js";

const clock = (time) => new Date(time).toLocaleTimeString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit" });

const BLANK = 10; // empty lines behind the last one: who comes after the print

export class Paper {
  constructor(site) {
    this.site = site;
    this.key = `site.paper.${site.data.session}`;
    this.begun = site.knowing.time();
    at("paper-print").addEventListener("click", () => this.print());
    setInterval(() => this.warn(), 20000);
  }

  /** When a sheet was printed last, here or at the desk, in milliseconds; 0 if never. */
  get last() {
    return Math.max(Number(localStorage.getItem(this.key) || 0), Date.parse(this.site.line.printed) || 0);
  }

  warn() {
    const { knowing, line, seen } = this.site;
    const minutes = Math.floor((knowing.time() - (this.last || this.begun)) / 60000);
    const late = seen.size > 0 && minutes >= line.paperMinutes;
    at("paper").classList.toggle("is-late", late);
    at("paper-said").textContent = late ? word("paper_late", minutes) : this.last ? word("paper_last").replace("{at}", clock(this.last)) : word("paper_never");
  }

  /** Everybody this device knows, the newest last, each line numbered. */
  print() {
    const { knowing, seen, data } = this.site;
    const rows = [...seen.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
    at("sheet-head").textContent = word("paper_head").replace("{at}", clock(knowing.time())).replace("{by}", data.by).replace("{n}", String(rows.length));
    at("sheet-rows").replaceChildren(...rows.map((row, count) => line(row, count + 1)), ...Array.from({ length: BLANK }, blank));
    localStorage.setItem(this.key, String(knowing.time()));
    globalThis.print();
    this.warn();
  }
}

function line(row, count) {
  const cells = [count, labelOf(row), row.name || row.code || "", (row.birth ?? "").slice(0, 4), word(`step_${stepOf(row) || "screening"}`), clock(row.at), "", ""];
  const made = element("tr");
  made.append(...cells.map((text) => element("td", String(text))));
  return made;
}

function blank() {
  const made = element("tr", undefined, "is-blank");
  made.append(...Array.from({ length: 8 }, () => element("td")));
  return made;
}
