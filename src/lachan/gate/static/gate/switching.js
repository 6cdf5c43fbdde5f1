// The code of a place: another gate of one's own organisation is taken over by scanning it.

import { word } from "../ui/scan/words.js";

/** The answer itself, or for a place's code: go to that gate, or say why not. */
export function switched(answer, data) {
  if (answer.kind !== "switch") return answer;
  const known = data.gates.split(" ");
  if (answer.gate !== data.gate && known.includes(answer.gate)) {
    const address = new URL(location.href);
    address.searchParams.set("gate", answer.gate);
    location.assign(address);
    return { ...answer, word: word("switching"), why: "" };
  }
  const why = word(answer.gate === data.gate ? "this_gate" : "place_code");
  return { ...answer, kind: "refused", why };
}
