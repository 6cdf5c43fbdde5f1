// Several tabs of one device share one queue: one of them works at a time.

/** Run `work` unless another tab is at it already; then null. */
export async function oneTab(name, work) {
  if (!navigator.locks) return work();
  return navigator.locks.request(name, { ifAvailable: true }, (lock) => (lock ? work() : null));
}

/** Run `work` when no other tab is at it. */
export function inTurn(name, work) {
  return navigator.locks ? navigator.locks.request(name, work) : work();
}
