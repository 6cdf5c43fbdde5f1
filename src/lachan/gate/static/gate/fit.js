// "No, somebody else's code": one tap, the answer becomes "not", and the server keeps why.

import { csrf } from "../ui/scan/net.js";

/** The server's new answer, or null without a network: then `later` stands beside the button. */
export async function doesNotFit(form, later) {
  const body = new URLSearchParams(new FormData(form));
  body.set("page", location.pathname.includes("desk") ? "desk" : "camera");
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const headers = { Accept: "application/json", "X-CSRFToken": csrf() };
    const answer = await fetch(form.action, { method: "POST", headers, body });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return await answer.json();
  } catch {
    button.disabled = false;
    form.querySelector("small")?.remove();
    button.after(Object.assign(document.createElement("small"), { textContent: later }));
    return null;
  }
}
