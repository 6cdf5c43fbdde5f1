// Keeps the gate's page usable without a network. Only the page's shell, public keys and the signed
// list of zones are kept,
// never a person and never a scan: those wait in the page's own database until they are sent.

const SHELL = "lachan-gate-2";
const SHELL_PAGES = ["/gate/", "/gate/keys.json", "/gate/pack.json"];

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));

self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (SHELL_PAGES.includes(url.pathname)) event.respondWith(newest(event.request, url.pathname));
  else if (url.pathname.startsWith("/static/")) event.respondWith(newest(event.request, url.href));
});

async function takeOver() {
  for (const name of await caches.keys()) {
    if (name.startsWith("lachan-gate-") && name !== SHELL) await caches.delete(name);
  }
  await self.clients.claim();
}

/** The server's copy, kept for later; without a network the kept one, marked as such. */
async function newest(request, key) {
  const cache = await caches.open(SHELL);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) await cache.put(key, answer.clone());
    return answer;
  } catch (failure) {
    const kept = await cache.match(key);
    if (!kept) throw failure;
    const headers = new Headers(kept.headers);
    headers.set("X-Kept", "1");
    return new Response(kept.body, { status: kept.status, headers });
  }
}
