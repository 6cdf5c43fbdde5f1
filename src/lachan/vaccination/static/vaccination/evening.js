// The evening: all lines of a kind are ticked by one press; a sheet is keyed without the mouse.

/** Ticks every open line of the form a button stands in. */
function tickAll(event) {
  const button = event.target.closest("[data-tick-all]");
  if (!button) return;
  for (const box of button.form.querySelectorAll("input[name=difference]")) box.checked = true;
}

/** Fields of a form that are keyed, in their order. */
const keyed = (form) => [...form.querySelectorAll("input.field:not([readonly])")];

/** Whether the sheet says that nobody was injected: the fields of an injection are passed over. */
const passes = (form, field) =>
  field.dataset.ofInjection !== undefined && /^(0|n)$/i.test(form.elements.injected.value.trim());

/** Enter goes to the next field; from the last one the sheet is kept. */
function next(event) {
  const form = event.target.closest("form[data-keying]");
  if (!form || event.key !== "Enter" || !event.target.matches("input.field")) return;
  event.preventDefault();
  const fields = keyed(form);
  const rest = fields.slice(fields.indexOf(event.target) + 1).filter((one) => !passes(form, one));
  if (!rest.length) return form.requestSubmit();
  rest[0].focus();
  rest[0].select();
}

document.addEventListener("click", tickAll);
document.addEventListener("keydown", next);
const first = document.querySelector("form[data-keying] .bad input.field, form[data-keying] input.field");
first?.focus();
first?.select();
