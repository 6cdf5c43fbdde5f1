// What a scan does at the table: from the tube in hand and what is known of the code to the events
// that are kept, the tube afterwards, and what is said. No browser in here: tests play it.

const ECHO = 2500; // milliseconds in which a second reading is the reader's, not a hand's
const AGAIN = 20000; // milliseconds in which a second scan means "all the same"

/** What the table remembers between two scans. */
export const idle = { tube: null, last: "", lastAt: -Infinity, asked: "", askedAt: -Infinity };

/**
 * `scan`: {kind: "tube", text, closed, foreign} or {kind: "person", who, name, year, sampled},
 * each with `text`; `ask`: the code by which a name may be asked for. `state`: {tube, last, lastAt,
 * asked, askedAt}; tube: {barcode, limit, people}.
 * `at`: milliseconds. Answers {state, events, say}; events: {kind, barcode, of, person}; `say`:
 * {kind, word, ...what is in the sentence}, null where nothing changes.
 */
export function step(state, scan, at, setting) {
  const echo = !scan.pressed && state.last === scan.text && at - state.lastAt < ECHO;
  const now = { ...state, last: scan.text, lastAt: at };
  if (echo) return { state: now, events: [], say: null };
  const made = scan.kind === "tube" ? tube(now, scan, at, setting) : person(now, scan, at);
  return { events: [], ...made, state: { ...now, asked: "", askedAt: -Infinity, ...made.state } };
}

const say = (kind, word, more = {}) => ({ kind, word, ...more });
/** Asked for a second scan: it is the same code, not too late. */
const agreed = (state, { text }, at) => state.asked === text && at - state.askedAt < AGAIN;
const ask = (text, at) => ({ asked: text, askedAt: at });

function tube(state, scan, at, setting) {
  const inHand = state.tube;
  const barcode = scan.text;
  if (inHand?.barcode === barcode) return close(state, null);
  if (scan.closed) return { say: say("not", "tube_closed", { barcode }) };
  if (scan.foreign && !agreed(state, scan, at)) {
    return { state: ask(barcode, at), say: say("need", "tube_foreign", { barcode }) };
  }
  const next = { barcode, limit: setting.limit, people: [] };
  if (inHand?.people.length) return close(state, next);
  return { state: { tube: next }, say: say("may", "tube_open", { barcode }) };
}

/** Close the tube in hand; `next`: the one that was scanned for it. */
function close({ tube: { barcode, people } }, next) {
  const n = people.length;
  if (!n) return { say: say("need", "tube_empty", { barcode }) };
  const word = next ? "closed_next" : "closed";
  return {
    state: { tube: next },
    events: [{ kind: "close", barcode }],
    say: say("may", word, { barcode, n, next: next?.barcode }),
  };
}

function person(state, scan, at) {
  const { tube: inHand } = state;
  if (!inHand) return { say: say("need", "tube_first") };
  const { people, barcode, limit } = inHand;
  const known = people.find(({ who }) => who === scan.who);
  if (known && known === people.at(-1)) return takeBack(inHand, known);
  if (known) return { say: say("need", "in_tube", { name: known.name, id: known.id }) };
  if (people.length >= limit) return { say: say("not", "full", { barcode, n: limit }) };
  if (scan.sampled && !agreed(state, scan, at)) {
    const word = scan.sampled.barcode ? "sampled_in" : "sampled";
    const told = say("need", word, { name: scan.name, id: scan.id, ...scan.sampled });
    return { state: ask(scan.text, at), say: told };
  }
  return add(inHand, scan);
}

function takeBack(inHand, { id, name, who }) {
  const people = inHand.people.slice(0, -1);
  return {
    state: { tube: { ...inHand, people } },
    events: [{ kind: "undo", barcode: inHand.barcode, undoes: id, who }],
    say: say("need", "taken_back", { name, n: people.length }),
  };
}

function add(inHand, { who, name, year, id, code, made, ask }) {
  const people = [...inHand.people, { id, who, name, year, ask }];
  const full = people.length >= inHand.limit;
  return {
    state: { tube: { ...inHand, people } },
    events: [{ kind: "sample", barcode: inHand.barcode, id, who, code, made }],
    say: say(full ? "need" : "may", full ? "added_full" : "added", { name, id, n: people.length }),
  };
}
