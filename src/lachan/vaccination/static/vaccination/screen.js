// The screen outside: the board is asked for every few seconds; without a network the last one stays
// and the page says so.

const main = document.getElementById("main");
const [board, gone] = [document.getElementById("board"), document.getElementById("gone")];
const PATIENCE = 8000; // milliseconds: a network that does not answer is none

async function ask() {
  try {
    const answer = await fetch(main.dataset.board, { signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw new Error(`answer ${answer.status}`);
    const text = await answer.text();
    board.innerHTML = text;
    gone.hidden = true;
  } catch (failure) {
    console.info("not asked:", failure.name);
    gone.hidden = false;
  }
  setTimeout(ask, Number(main.dataset.asks));
}

// A screen that falls asleep calls nobody.
const stayAwake = () => document.visibilityState === "visible" && navigator.wakeLock?.request("screen").catch(() => undefined);
document.addEventListener("visibilitychange", stayAwake);
addEventListener("offline", () => (gone.hidden = false));
stayAwake();
setTimeout(ask, Number(main.dataset.asks));
