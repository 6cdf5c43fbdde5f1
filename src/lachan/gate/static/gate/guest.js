// Entering somebody without a code, by keyboard alone: name, year, commune, Enter.

import { read } from "../ui/scan/grammar.js";

const LATER = 180; // milliseconds after the last letter before communes are looked for

/**
 * Make a guest form quick. `scanned(text)`: a reader typed into it; the form keeps what it had.
 * `send(form)`: without it the browser sends it.
 */
export function quicken(form, { scanned = null, send = null } = {}) {
  const where = form.elements.where;
  const hits = form.querySelector("[data-hits]");
  let timer = 0;
  let before = new Map();

  where.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => look(form, where.value.trim(), hits), LATER);
  });
  form.addEventListener("focusin", ({ target }) => before.set(target, target.value));
  form.addEventListener("keydown", async (event) => {
    if (event.key === "ArrowDown" && event.target === where) return down(event, form);
    if (event.key !== "Enter" || event.target.tagName === "BUTTON") return undefined;
    event.preventDefault();
    const field = event.target;
    if (scanned && isCode(field.value, before.get(field) ?? "")) {
      const text = tail(field.value, before.get(field) ?? "");
      field.value = before.get(field) ?? "";
      return scanned(text);
    }
    before.set(field, field.value);
    if (field === where) {
      clearTimeout(timer);
      await look(form, where.value.trim(), hits);
      choose(form);
    }
    return onward(form, field);
  });
  if (send) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form);
    });
  }
  (gap(form) ?? button(form)).focus();
}

const button = (form) => form.querySelector("button:not([type=button])");
const radios = (form) => [...form.querySelectorAll("input[name=unit]")];

/** The first field that must be filled and is not; the commune counts as filled when one is chosen. */
function gap(form) {
  const asked = [form.elements.full_name, form.elements.birth];
  const empty = asked.find((field) => !field.value.trim());
  if (empty) return empty;
  return radios(form).some((radio) => radio.checked) ? null : form.elements.where;
}

function onward(form, from) {
  const next = gap(form) ?? button(form);
  // Nothing was found for what is written there: the sentence below the field says so.
  if (next !== from) next.focus();
}

/** Enter takes the first hit, which is marked; an arrow went to another one already. */
function choose(form) {
  const all = radios(form);
  if (all.length && !all.some((radio) => radio.checked)) all[0].checked = true;
}

function down(event, form) {
  event.preventDefault();
  const [first] = radios(form);
  if (!first) return;
  first.checked = true;
  first.focus();
}

async function look(form, text, hits) {
  if (hits.dataset.asked === text) return;
  hits.dataset.asked = text;
  if (!text) return void hits.replaceChildren();
  const address = new URL(hits.dataset.units, location.href);
  address.searchParams.set("name", "unit");
  address.searchParams.set("unit_text", text);
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (hits.dataset.asked !== text) return;
    form.querySelector("[data-offered]")?.remove();
    hits.replaceChildren(...document.importNode(page.body, true).childNodes);
  } catch {
    // Without a network the form itself says what is missing when it is sent.
  }
}

const tail = (value, before) => (value.startsWith(before) ? value.slice(before.length) : value).trim();

function isCode(value, before) {
  return read(tail(value, before), new Date().getFullYear()).kind !== "unknown";
}
