// The pages' own files, kept by the service worker from the first visit on.

/**
 * Register the worker for the pages under `scope`; once it governs the page, fetch everything once more through it: the
 * `pages`, their files, and what the server `told` (keys, pack).
 */
export async function keepShell(worker, pages, told, scope) {
  if (!navigator.serviceWorker) return;
  const { serviceWorker } = navigator;
  const governed = new Promise((resolve) => {
    if (serviceWorker.controller) resolve();
    else serviceWorker.addEventListener("controllerchange", resolve, { once: true });
  });
  await serviceWorker.register(worker, { scope });
  // A page that was loading while the worker took over was missed by it: then it takes this one.
  const { active } = await serviceWorker.ready;
  if (!serviceWorker.controller) active.postMessage("claim");
  await governed;
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const documents = new Set([location.href, ...pages.map((page) => new URL(page, location.href).href)]);
  const shelf = new Shelf();
  const files = [...loaded.filter(isFile), ...told].map((url) => shelf.keep(url));
  await Promise.all([...files, ...[...documents].map((page) => shelf.keepPage(page))]);
  // What waits must not be thrown away because the telephone is full of pictures.
  await navigator.storage?.persist?.();
  document.documentElement.dataset.kept = "1";
}

const isFile = (url) => new URL(url, location.href).pathname.startsWith("/static/");

/** Everything is fetched once, however many pages and modules name it. */
class Shelf {
  constructor() {
    this.kept = new Map();
  }

  keep(url) {
    const { href } = new URL(url, location.href);
    if (!this.kept.has(href)) this.kept.set(href, this.fetched(href));
    return this.kept.get(href);
  }

  /** A file, and of a module what it imports: the desk opens offline though only the camera did. */
  async fetched(href) {
    const answer = await fetch(href).catch(() => null);
    // Read to its end, whatever it is: what nobody reads keeps its connection open.
    const text = await answer?.text().catch(() => "");
    if (!answer?.ok || !new URL(href).pathname.endsWith(".js")) return;
    const imports = text.matchAll(IMPORTS);
    await Promise.all([...imports].map(([, path]) => this.keep(new URL(path, href).href)));
  }

  async keepPage(page) {
    const answer = await fetch(page).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const made = new DOMParser().parseFromString(await answer.text(), "text/html");
    const named = [...made.querySelectorAll("script[src], link[href], [data-wasm]")];
    const found = named.flatMap((one) => [
      ...[one.getAttribute("src"), one.getAttribute("href"), one.dataset.wasm],
    ]);
    await Promise.all(found.filter((path) => path && isFile(path)).map((path) => this.keep(path)));
  }
}

const IMPORTS = /(?:from|import|import\()\s*["'](\.[^"']+)["']/g;
