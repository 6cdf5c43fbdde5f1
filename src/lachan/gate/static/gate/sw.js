// Keeps the gate's pages usable without a network. Only the pages' shells, public keys and the
// signed pack are kept, never a person and never a scan: those wait in the pages' own database
// until they are sent.

const SHELL = "lachan-gate-3";
const PAGES = ["/gate/", "/gate/desk/", "/gate/kiosk/", "/gate/pictures/", "/gate/carry/"];
const TOLD = ["/gate/keys.json", "/gate/pack.json", "/gate/manifest.json"];
const PATIENCE = 6000; // milliseconds: a network that does not answer is none

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));

self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

self.addEventListener("message", (event) => {
  if (event.data === "claim") event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (PAGES.includes(url.pathname)) event.respondWith(page(event.request, url));
  else if (TOLD.includes(url.pathname)) event.respondWith(newest(event.request, keyOf(url)));
  else if (url.pathname.startsWith("/static/")) event.respondWith(newest(event.request, url.href));
});

async function takeOver() {
  for (const name of await caches.keys()) {
    if (name.startsWith("lachan-gate-") && name !== SHELL) await caches.delete(name);
  }
  await self.clients.claim();
}

/** One copy for each gate: what a device says of its own pack is not part of the name. */
function keyOf(url) {
  const gate = url.searchParams.get("gate");
  return gate ? `${url.pathname}?gate=${gate}` : url.pathname;
}

/**
 * A page of the gate. A sign-in page in its place is no page for a line of people: where nobody is
 * signed in any more the kept one is shown, and says so.
 */
async function page(request, url) {
  const cache = await caches.open(SHELL);
  const kept = () => cache.match(keyOf(url));
  try {
    const answer = await inTime(request);
    const away = answer.type === "opaqueredirect" || answer.redirected;
    if (answer.ok && !away) {
      await cache.put(keyOf(url), answer.clone());
      // Opened without a gate it is the one used last.
      if (url.searchParams.has("gate")) await cache.put(url.pathname, answer.clone());
      return answer;
    }
    const instead = away || answer.status >= 500 ? await kept() : null;
    return instead ? marked(instead) : answer;
  } catch (failure) {
    const instead = await kept();
    if (instead) return marked(instead);
    // A gate this device has never opened: the one it knows, whose name stands on top.
    if (url.search && (await cache.match(url.pathname))) return Response.redirect(url.pathname);
    throw failure;
  }
}

/** The server's copy, kept for later; without a network the kept one, marked as such. */
async function newest(request, key) {
  const cache = await caches.open(SHELL);
  try {
    const answer = await inTime(request);
    if (answer.status === 200 && !answer.redirected) await cache.put(key, answer.clone());
    if (answer.status < 500) return answer;
    const kept = await cache.match(key);
    return kept ? marked(kept) : answer;
  } catch (failure) {
    const kept = await cache.match(key);
    if (kept) return marked(kept);
    throw failure;
  }
}

/** The network's answer. A navigation takes no signal of ours, so the clock runs beside it. */
function inTime(request) {
  const late = new Promise((_resolve, reject) => {
    setTimeout(() => reject(new DOMException("no answer", "TimeoutError")), PATIENCE);
  });
  return Promise.race([fetch(request), late]);
}

function marked(kept) {
  const headers = new Headers(kept.headers);
  headers.set("X-Kept", "1");
  return new Response(kept.body, { status: kept.status, headers });
}
