const WINDOW_MS = 10_000;
/** The API counts when a call arrives, which may take a while: this much of its allowance is left alone. */
const MARGIN = 0.5;

/**
 * Spaces calls of one route as the API allows them (so many at once, and so many more in ten seconds), so that a page
 * that needs much waits a moment instead of being refused.
 */
export class Limiter {
  readonly #tokens: number;
  #left: number;
  #at = performance.now();
  #heldUntil = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(tokens: number) {
    this.#tokens = tokens;
    this.#left = tokens - MARGIN;
  }

  /** Resolves when the next call may be made; calls are let through in their order. */
  turn(): Promise<void> {
    this.#last = this.#last.then(() => this.#next());
    return this.#last;
  }

  /** The API said that it is too early: other tabs and programs use the same allowance. */
  hold(forMs: number): void {
    this.#left = 0;
    this.#heldUntil = performance.now() + forMs;
  }

  async #next(): Promise<void> {
    while (true) {
      const now = performance.now();
      const waitMs = this.#heldUntil - now;
      if (waitMs > 0) {
        await pause(waitMs);
        this.#at = performance.now();
        this.#left = 1;
      } else {
        const refilled = ((now - this.#at) / WINDOW_MS) * this.#tokens;
        this.#left = Math.min(this.#tokens - MARGIN, this.#left + refilled);
        this.#at = now;
      }
      if (this.#left >= 1) {
        this.#left -= 1;
        return;
      }
      await pause(((1 - this.#left) * WINDOW_MS) / this.#tokens);
    }
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
