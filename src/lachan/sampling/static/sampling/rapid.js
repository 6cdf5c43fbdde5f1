// The board keeps time by itself: minutes count down, cards come up, and a tone calls a hand.
// Without it the page is the same; somebody loads it again.

const AGAIN = 10_000; // milliseconds between two looks at the server
const KEY = "rapid.sound";
const TONES = [880, 1175]; // hertz
const LENGTH = 0.16; // seconds
const LOUD = 0.25; // of 1

const board = document.querySelector("#board");
const button = document.querySelector("#sound");
let drawn = performance.now();
let context = null;
let on = localStorage.getItem(KEY) !== "off";

/** Cassettes that wait for a hand. */
const waiting = () =>
  new Set([...board.querySelectorAll("[data-loud]")].map((card) => card.dataset.cassette));

function play() {
  navigator.vibrate?.([180, 90, 180]);
  if (!on || !globalThis.AudioContext) return;
  context ??= new AudioContext();
  // Until somebody has touched the page a browser keeps it silent.
  if (context.state === "suspended") context.resume().catch(() => {});
  let start = context.currentTime;
  for (const hertz of TONES) {
    const source = context.createOscillator();
    const volume = context.createGain();
    source.frequency.value = hertz;
    volume.gain.setValueAtTime(LOUD, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + LENGTH);
    source.connect(volume).connect(context.destination);
    source.start(start);
    source.stop(start + LENGTH);
    start += LENGTH;
  }
}

/** The time since the server drew the cards; the phone's own clock may be wrong. */
function count() {
  const gone = Math.floor((performance.now() - drawn) / 1000);
  for (const at of board.querySelectorAll("[data-seconds]")) {
    const left = Math.max(0, Number(at.dataset.seconds) - gone);
    at.textContent = `${Math.ceil(left / 60)} ${board.dataset.minutes}`;
    if (left === 0 && !at.dataset.over) {
      at.dataset.over = "1";
      look();
    }
  }
}

async function look() {
  // Somebody who has reached a button keeps it under the finger.
  if (board.contains(document.activeElement)) return;
  try {
    const answer = await fetch(board.dataset.part, { headers: { accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const text = await answer.text();
    const before = waiting();
    const fresh = new DOMParser().parseFromString(text, "text/html");
    board.replaceChildren(...fresh.body.childNodes);
    drawn = performance.now();
    board.dataset.looked = String(Number(board.dataset.looked ?? 0) + 1);
    if ([...waiting()].some((one) => !before.has(one))) {
      board.dataset.rang = String(Number(board.dataset.rang ?? 0) + 1);
      play();
    }
  } catch {
    // No network: the cards stay, and their minutes go on.
  }
}

function show() {
  button.setAttribute("aria-pressed", String(on));
}

button.hidden = false;
button.addEventListener("click", () => {
  on = !on;
  localStorage.setItem(KEY, on ? "on" : "off");
  show();
  if (on) play();
});
show();
setInterval(count, 1000);
setInterval(look, AGAIN);
