// The fields of the checklist: a question with three answers, none chosen; a measure.

import { word } from "../ui/scan/words.js";
import { element, named } from "./site-drawing.js";

const ANSWERS = ["no", "yes", "unknown"];

export function question({ code, names }) {
  const box = element("fieldset");
  box.append(element("legend", named(names)));
  for (const answer of ANSWERS) {
    const label = element("label", undefined, "choice");
    const input = Object.assign(element("input"), { type: "radio", name: code, value: answer });
    label.append(input, element("span", word(`answer_${answer}`)));
    box.append(label);
  }
  // Only a "yes" is explained; the field has no name, so that it is no answer.
  const more = Object.assign(element("input", undefined, "field site-detail"), { maxLength: 200, hidden: true, placeholder: word("say_more") });
  more.dataset.detail = code;
  more.setAttribute("aria-label", `${word("say_more")} ${named(names)}`);
  box.addEventListener("change", ({ target }) => target.type === "radio" && (more.hidden = target.value !== "yes"));
  box.append(more);
  return box;
}

export function measure({ code, names, always }) {
  const label = element("label", `${named(names)}${always ? "" : ` (${word("if_taken")})`}`, "taken");
  const input = Object.assign(element("input", undefined, "field"), { name: code, inputMode: "decimal" });
  label.append(input);
  return label;
}
