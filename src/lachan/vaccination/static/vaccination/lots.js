// Lots that must not be used come up on every open page of a site by themselves.
// Every two seconds the page asks for the serial, without its cookie; when it changed it fetches the
// lines in the reader's language.  A page that does not reach the server says so.

const AGAIN = 2_000; // milliseconds between two questions
const SILENT = 20_000; // after which a page says that it may miss a bar

const strip = document.querySelector("#barred-lots");
let answered = performance.now();

async function look() {
  try {
    const answer = await fetch(strip.dataset.serials, { credentials: "omit", cache: "no-store" });
    if (!answer.ok) throw new Error(answer.status);
    const { serial } = await answer.json();
    if (String(serial) !== strip.dataset.serial) {
      const part = await fetch(strip.dataset.part, { cache: "no-store" });
      if (!part.ok) throw new Error(part.status);
      strip.querySelector("[data-lines]").innerHTML = await part.text();
      strip.dataset.serial = serial;
      navigator.vibrate?.([200, 100, 200]);
    }
    answered = performance.now();
  } catch {
    // A site without a network works on; its device carries the bars it last fetched.
  }
  strip.querySelector("[data-silent]").hidden = performance.now() - answered < SILENT;
  setTimeout(look, AGAIN);
}

if (strip) look();
