// Keys of the review queue: j and k go from pair to pair, 1 2 3 press its answers.
// Without it the page is the same; the buttons are pressed.

const pairs = [...document.querySelectorAll("[data-pair]")];

/** The pair that holds the focus, or the first one. */
const here = () => Math.max(0, pairs.findIndex((pair) => pair.contains(document.activeElement)));

function go(step) {
  const inside = pairs.some((pair) => pair.contains(document.activeElement));
  const next = inside ? here() + step : 0;
  pairs[Math.min(Math.max(next, 0), pairs.length - 1)]?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches("input, textarea, select")) return;
  if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (/^[123]$/.test(event.key)) {
    const pair = pairs.find((each) => each.contains(document.activeElement));
    pair?.querySelector(`[data-key="${event.key}"]`)?.click();
  }
});
