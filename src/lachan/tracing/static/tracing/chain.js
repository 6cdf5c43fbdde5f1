// The chain as a tree for the keyboard: one row is in the tab order, arrows go on from it.
// Without this module every button of a row is reached by Tab, and everything works.

const tree = document.querySelector(".ch");

/** Rows as they stand on the page. */
const rows = () => [...tree.querySelectorAll("[role=treeitem]")];

/** Put the one stop of the tab order at `row`, and the focus when asked. */
function stand(row, focus) {
  for (const other of rows()) other.tabIndex = other === row ? 0 : -1;
  if (focus) row.focus();
}

const level = (row) => Number(row.getAttribute("aria-level"));

/** The row above that `row` hangs on. */
function parent(row) {
  const before = rows().slice(0, rows().indexOf(row)).reverse();
  return before.find((other) => level(other) < level(row));
}

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

function press(event) {
  const row = event.target.closest("[role=treeitem]");
  if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
  const all = rows();
  const open = row.getAttribute("aria-expanded");
  if (event.key in STEPS) {
    stand(all[all.indexOf(row) + STEPS[event.key]] ?? row, true);
  } else if (event.key === "Home" || event.key === "End") {
    stand(event.key === "Home" ? all[0] : all[all.length - 1], true);
  } else if (event.key === "ArrowRight" && open === "false") {
    row.querySelector("button.ch-more").click();
  } else if (event.key === "ArrowRight" && open === "true") {
    stand(all[all.indexOf(row) + 1] ?? row, true);
  } else if (event.key === "ArrowLeft" && open === "true") {
    row.querySelector("button.ch-more").click();
  } else if (event.key === "ArrowLeft") {
    stand(parent(row) ?? row, true);
  } else if (event.key === "Enter" && event.target === row) {
    (row.querySelector("button.ch-name") ?? row.querySelector("button.ch-more"))?.click();
  } else {
    return;
  }
  event.preventDefault();
}

/** Bring the chosen person's dot into view: a wide time begins far left of it. */
function showChosen() {
  const dots = tree.querySelectorAll("circle.is-path");
  const last = dots[dots.length - 1];
  const frame = tree.closest(".ch-scroll");
  if (!last || frame.scrollWidth <= frame.clientWidth) return;
  const rowsWide = tree.querySelector(".ch-rows").clientWidth;
  const visible = frame.clientWidth - rowsWide;
  frame.scrollLeft = Math.max(0, Number(last.getAttribute("cx")) - visible / 2);
}

if (tree) {
  for (const link of tree.querySelectorAll("button")) link.tabIndex = -1;
  const named = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  const chosen = tree.querySelector("[aria-selected=true]");
  if (rows().length) stand(named || chosen || rows()[0], Boolean(named));
  tree.addEventListener("keydown", press);
  showChosen();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
