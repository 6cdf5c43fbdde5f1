// The page's own files, kept by the service worker from the first visit on.

/** Register the worker; once it governs the page, fetch everything once more through it. */
export async function keepShell(worker) {
  if (!navigator.serviceWorker) return;
  const { serviceWorker } = navigator;
  const governed = new Promise((resolve) => {
    if (serviceWorker.controller) resolve();
    else serviceWorker.addEventListener("controllerchange", resolve, { once: true });
  });
  await serviceWorker.register(worker, { scope: "/gate/" });
  await governed;
  const files = performance.getEntriesByType("resource").map((entry) => new URL(entry.name));
  const own = files.filter((url) => url.pathname.startsWith("/static/"));
  await Promise.all([location.href, ...own].map((url) => fetch(url).catch(() => null)));
  document.documentElement.dataset.kept = "1";
}
