const WINDOW_MS = 10_000;
const A_LITTLE_MS = 50;

/**
 * Spaces calls of one route as the API allows them (so many at once, and so many more in ten seconds), so that a page
 * that needs much waits a moment instead of being refused. The API begins to count when a call arrives, which nobody here
 * knows before its answer: only then is allowance taken for growing again.
 */
export class Limiter {
  readonly #tokens: number;
  #left: number;
  /** Since when what was taken comes back, a token after the other; undefined while nothing is known to have been taken. */
  #growsSince: number | undefined;
  #heldUntil = 0;
  #last: Promise<void> = Promise.resolve();
  #wake = () => {};

  constructor(tokens: number) {
    this.#tokens = tokens;
    this.#left = tokens;
  }

  /** Resolves when the next call may be made; calls are let through in their order. Each must be followed by `answered`. */
  turn(): Promise<void> {
    this.#last = this.#last.then(() => this.#next());
    return this.#last;
  }

  /** A call has its answer, whatever that is. */
  answered(): void {
    this.#growsSince ??= performance.now();
    this.#wake();
  }

  /** The API said that it is too early: other tabs and programs use the same allowance. */
  hold(forMs: number): void {
    this.#left = 0;
    this.#heldUntil = performance.now() + forMs;
    this.#growsSince = this.#heldUntil - WINDOW_MS / this.#tokens;
  }

  async #next(): Promise<void> {
    while (true) {
      const heldMs = this.#heldUntil - performance.now();
      if (heldMs > 0) await pause(heldMs);
      this.#grow();
      if (this.#left >= 1) {
        this.#left -= 1;
        return;
      }
      if (this.#growsSince !== undefined)
        await pause(((1 - this.#left) * WINDOW_MS) / this.#tokens + A_LITTLE_MS);
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #grow(): void {
    if (this.#growsSince === undefined) return;
    const now = performance.now();
    const grown = this.#left + (Math.max(0, now - this.#growsSince) / WINDOW_MS) * this.#tokens;
    this.#left = Math.min(this.#tokens, grown);
    this.#growsSince = grown >= this.#tokens ? undefined : now;
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
