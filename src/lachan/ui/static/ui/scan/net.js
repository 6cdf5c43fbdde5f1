// To the server of this page: a JSON request, whether it is there, and the word that we may.

/** Send `content` as JSON; `patience`: milliseconds until nobody answered. */
export async function post(address, content, patience, headers) {
  return fetch(address, {
    method: "POST",
    headers: { Accept: "application/json", "Content-Type": "application/json", ...headers },
    body: JSON.stringify(content),
    signal: AbortSignal.timeout(patience),
  });
}

/** Whether the server itself answers, not what the service worker kept of it. */
export async function alive(address) {
  try {
    const answer = await fetch(address, { cache: "no-store" });
    await answer.text();
    return answer.ok && !answer.headers.has("X-Kept");
  } catch {
    return false;
  }
}

/** What proves to the server that a page of its own asks. */
export function csrf() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] ?? "";
}
