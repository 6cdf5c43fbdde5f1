// What depends on an answer shows when that answer is given, and a day that is most often meant can
// be pressed instead of picked.  Without this script everything shows and the day is picked.

const form = document.querySelector("#step");
const DAY = 24 * 60 * 60 * 1000; // milliseconds

function given(names) {
  const chosen = names.map((name) => form.querySelector(`input[name="${name}"]:checked`));
  return chosen.filter(Boolean).map((input) => input.value);
}

function settle() {
  for (const ask of form.querySelectorAll("[data-when]")) {
    const answers = ask.dataset.answers.split(" ");
    ask.hidden = !given(ask.dataset.when.split(" ")).some((answer) => answers.includes(answer));
  }
}

// The days are counted from the server's today, which the field bears as its last day.
function offerDays(input) {
  const today = Date.parse(input.max);
  const days = [0, 1, 2].map((ago) => new Date(today - ago * DAY).toISOString().slice(0, 10));
  const [, month, day] = days[2].split("-");
  const words = [input.dataset.today, input.dataset.yesterday, `${day}/${month}`];
  const row = document.createElement("div");
  row.className = "days";
  const buttons = days.map((value, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words[place];
    button.addEventListener("click", () => {
      input.value = value;
      mark();
    });
    row.append(button);
    return button;
  });
  function mark() {
    buttons.forEach((button, place) => button.setAttribute("aria-pressed", days[place] === input.value));
  }
  input.addEventListener("change", mark);
  mark();
  input.before(row);
}

if (form) {
  form.addEventListener("change", settle);
  settle();
  form.querySelectorAll("input[data-today]").forEach(offerDays);
}
