// The keyboard of a list: arrows choose a row, a digit presses the button with that key.
// Without this module every button is reached by Tab.
const table = document.querySelector("[data-keys]");

/** Move the focus by one row. */
function step(row, by) {
  const rows = [...table.querySelectorAll(".rl-row")];
  const next = rows[rows.indexOf(row) + by];
  if (next) next.focus();
}

if (table) {
  table.addEventListener("keydown", (event) => {
    const row = event.target.closest(".rl-row");
    if (!row || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(row, event.key === "ArrowDown" ? 1 : -1);
      return;
    }
    const button = row.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (button) {
      event.preventDefault();
      button.click();
    }
  });
}

const find = document.getElementById("find");
if (find && !find.value && !document.querySelector("[autofocus]")) find.focus();
