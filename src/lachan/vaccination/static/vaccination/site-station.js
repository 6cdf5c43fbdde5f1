// The five stations of the page; when another one is chosen, nothing of the one before stays.

import { at, offer, showBand, showPerson } from "./site-drawing.js";
import { Injection } from "./site-injection.js";
import { Observation } from "./site-observation.js";
import { ProblemTable } from "./site-problem.js";
import { Reception } from "./site-reception.js";
import { Screening } from "./site-screening.js";

export const stationsOf = (site) => ({
  reception: new Reception(site),
  screening: new Screening(site),
  injection: new Injection(site),
  observation: new Observation(site),
  problem: new ProblemTable(site),
});

export function showStation(site, stations) {
  const { station } = site.hand;
  stations.injection.clear();
  stations.problem.clear();
  document.body.dataset.station = station;
  for (const button of document.querySelectorAll("[data-station-of]")) {
    button.setAttribute("aria-pressed", String(button.dataset.stationOf === station));
  }
  at("checklist").hidden = true;
  at("board-box").hidden = station !== "observation";
  offer([]);
  showPerson(null);
  showBand({ kind: "need", word: `at_${station}` });
}
