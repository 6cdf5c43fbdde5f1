// Keeps a room's device pages usable without a network: their shells, public keys and the pack, never
// a person and never an event: those wait in the page's own database until they are sent. A room's
// own script follows this one in one file and says what is kept.

const SOON = 6000; // milliseconds: a network that does not answer is none

/**
 * `name`: of the kept copies, with the version in `version`; `isPage`, `isTold`: which paths are
 * kept; `keyOf`: the name of one copy; `patience`: milliseconds an answer may take.
 */
function keepUsable({ name, version, isPage, isTold, keyOf = (url) => url.pathname, patience }) {
  const shell = `${name}-${version}`;

  self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
  self.addEventListener("activate", (event) => event.waitUntil(takeOver(name, shell)));
  self.addEventListener("message", (event) => {
    if (event.data === "claim") event.waitUntil(self.clients.claim());
  });
  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== location.origin) return;
    if (isPage(url.pathname)) event.respondWith(page(shell, request, url, keyOf));
    else if (isTold(url.pathname))
      event.respondWith(newest(shell, request, keyOf(url), patience ?? SOON));
    else if (url.pathname.startsWith("/static/"))
      event.respondWith(newest(shell, request, url.href, SOON));
  });
}

async function takeOver(name, shell) {
  for (const kept of await caches.keys()) {
    if (kept.startsWith(`${name}-`) && kept !== shell) await caches.delete(kept);
  }
  await self.clients.claim();
}

/**
 * A page of the room. A sign-in page in its place is no page for a line of people: where nobody is
 * signed in any more the kept one is shown, and says so.
 */
async function page(shell, request, url, keyOf) {
  const cache = await caches.open(shell);
  const key = keyOf(url);
  const kept = () => cache.match(key);
  try {
    const answer = await inTime(request, SOON);
    const away = answer.type === "opaqueredirect" || answer.redirected;
    if (answer.ok && !away) {
      await cache.put(key, answer.clone());
      // Opened without saying for what, it is the one used last.
      if (key !== url.pathname) await cache.put(url.pathname, answer.clone());
      return answer;
    }
    const instead = away || answer.status >= 500 ? await kept() : null;
    return instead ? marked(instead) : answer;
  } catch (failure) {
    const instead = await kept();
    if (instead) return marked(instead);
    // One this device has never opened: the one it knows, whose name stands on top.
    if (url.search && (await cache.match(url.pathname))) return Response.redirect(url.pathname);
    throw failure;
  }
}

/** The server's copy, kept for later; without a network the kept one, marked as such. */
async function newest(shell, request, key, patience) {
  const cache = await caches.open(shell);
  const kept = () => cache.match(key);
  try {
    const answer = await inTime(request, patience);
    if (answer.status === 200 && !answer.redirected) await cache.put(key, answer.clone());
    if (answer.status < 500 && !answer.redirected) return answer;
    const instead = await kept();
    return instead ? marked(instead) : answer;
  } catch (failure) {
    const instead = await kept();
    if (instead) return marked(instead);
    throw failure;
  }
}

/** The network's answer. A navigation takes no signal of ours, so the clock runs beside it. */
function inTime(request, patience) {
  const late = new Promise((_resolve, reject) => {
    setTimeout(() => reject(new DOMException("no answer", "TimeoutError")), patience);
  });
  return Promise.race([fetch(request), late]);
}

function marked(kept) {
  const headers = new Headers(kept.headers);
  headers.set("X-Kept", "1");
  return new Response(kept.body, { status: kept.status, headers });
}
