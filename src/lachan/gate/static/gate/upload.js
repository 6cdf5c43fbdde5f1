// A batch of waiting scans to the hot path, by the device's own token, and what became of each.

import { deviceAt, unbecome } from "./devices.js";
import { settle } from "./queue.js";
import { post } from "../ui/scan/net.js";

const PATIENCE = 30000; // milliseconds for a batch over a slow line
/** Answers after which the device need not keep a scan. */
const TAKEN = new Set(["recorded", "kept_unregistered"]);
/** Answers that may be different a little later. */
const LATER = new Set(["busy"]);

/**
 * Send [[key, scan], ...] of one gate. Answers {answer, went, retryAfter}; `answer`: taken, busy,
 * closed (the token is no longer good), unknown (there is none) or none; `went`: every scan of it
 * was settled.
 */
export async function upload(address, batch) {
  const { gate } = batch[0][1];
  const device = await deviceAt(gate);
  if (!device?.token) return { answer: device?.shut ? "closed" : "unknown", went: false };
  let answer;
  try {
    const scans = batch.map(([, scan]) => onTheWire(scan));
    const token = { Authorization: `Bearer ${device.token}` };
    answer = await post(address, { scans }, PATIENCE, token);
  } catch {
    return { answer: "none", went: false };
  }
  if (answer.status === 401) {
    await unbecome(gate);
    return { answer: "closed", went: false };
  }
  if (answer.status !== 200) {
    const retryAfter = Number(answer.headers.get("Retry-After") || 0) * 1000;
    return { answer: "busy", went: false, retryAfter };
  }
  return { answer: "taken", went: await settled(batch, (await answer.json()).answers) };
}

async function settled(batch, answers) {
  const codes = new Map(answers.map(({ id, code }) => [id, code]));
  const said = batch.map(([key, scan]) => [key, scan, codes.get(scan.id) ?? "busy"]);
  const gone = said.filter(([, , code]) => TAKEN.has(code)).map(([key]) => key);
  const bad = said.filter(([, , code]) => !TAKEN.has(code) && !LATER.has(code));
  await settle(gone, bad);
  // What the server had no room for stays, and so does the order: it comes first next time.
  return gone.length + bad.length === batch.length;
}

/** A scan as the hot path reads it: a token as `person`, any other card as its `text`. */
export function onTheWire({ gate, who, found, text, ...scan }) {
  return found?.endsWith("_token") ? { ...scan, person: text } : { ...scan, text };
}
