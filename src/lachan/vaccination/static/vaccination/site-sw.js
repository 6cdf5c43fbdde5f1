// Keeps the vaccination site usable without a network: its pages' shells, public keys and the pack,
// never a person's code and never a dose: those wait in the page's own database until they are sent.

const SHELL = "lachan-site-1";
const PAGE = /^\/vaccination\/site\/([0-9a-f-]{36}|carry)\/$/;
const TOLD = /^\/vaccination\/site\/(keys|manifest|[0-9a-f-]{36}\/pack)\.json$/;
const PATIENCE = 6000; // milliseconds: a network that does not answer is none
const LONG = 60000; // milliseconds: a pack is made person by person

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));

self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

self.addEventListener("message", (event) => {
  if (event.data === "claim") event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (PAGE.test(url.pathname)) event.respondWith(page(event.request, url));
  else if (TOLD.test(url.pathname)) event.respondWith(newest(event.request, url.pathname, LONG));
  else if (url.pathname.startsWith("/static/")) event.respondWith(newest(event.request, url.href));
});

async function takeOver() {
  for (const name of await caches.keys()) {
    if (name.startsWith("lachan-site-") && name !== SHELL) await caches.delete(name);
  }
  await self.clients.claim();
}

/** A page of the site; where nobody is signed in any more the kept one is shown. */
async function page(request, url) {
  const cache = await caches.open(SHELL);
  const kept = () => cache.match(url.pathname);
  try {
    const answer = await inTime(request);
    const away = answer.type === "opaqueredirect" || answer.redirected;
    if (answer.ok && !away) {
      await cache.put(url.pathname, answer.clone());
      return answer;
    }
    const instead = away || answer.status >= 500 ? await kept() : null;
    return instead ? marked(instead) : answer;
  } catch (failure) {
    const instead = await kept();
    if (instead) return marked(instead);
    throw failure;
  }
}

/** The server's copy, kept for later; without a network the kept one, marked as such. */
async function newest(request, key, patience = PATIENCE) {
  const cache = await caches.open(SHELL);
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
function inTime(request, patience = PATIENCE) {
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
