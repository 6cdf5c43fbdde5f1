// A code held still is one scan.

const SAME = 5000; // milliseconds; whoever comes back sooner was not gone

export class Same {
  constructor(span = SAME) {
    this.span = span;
    this.seen = new Map();
  }

  /** The texts that were not there a moment ago; each is remembered from now on. */
  fresh(texts, at = Date.now()) {
    for (const [text, last] of this.seen) if (at - last >= this.span) this.seen.delete(text);
    const found = [...new Set(texts)].filter((text) => !this.seen.has(text));
    for (const text of texts) this.seen.set(text, at);
    return found;
  }

  /** A sheet stood before the camera: what is still held there stays the same code. */
  again(at = Date.now()) {
    for (const text of this.seen.keys()) this.seen.set(text, at);
  }
}
