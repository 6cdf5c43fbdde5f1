// The reader types into one field, and the field always has the focus.

const field = document.getElementById("text");
const verdict = document.querySelector(".verdict");

const wedge = (event) => {
  // Whatever has the focus, the first key of a reader goes into the field.
  if (event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1) return;
  if (document.activeElement === field) return;
  verdict?.remove();
  field.focus();
};

addEventListener("keydown", wedge);
addEventListener("focus", () => verdict || field.focus());
if (!verdict) field.focus();
