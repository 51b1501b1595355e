const FIRST_AFTER_MS = 2_000;
const EVERY_MS = 1_000;
const CLEAR_LINE = '\r\x1b[K';

/** Says on stderr how far a command is, once it takes longer than two seconds: one line that changes, or one now and then. */
export class Patience {
  readonly #out = process.stderr;
  #nextMs = performance.now() + FIRST_AFTER_MS;
  #isShown = false;

  /** Tells how far it is, if it is time to. */
  tell(text: () => string): void {
    if (performance.now() < this.#nextMs) return;
    this.#nextMs = performance.now() + EVERY_MS * (this.#out.isTTY ? 1 : 5);
    this.#out.write(this.#out.isTTY ? `${CLEAR_LINE}${text()}` : `${text()}\n`);
    this.#isShown = true;
  }

  /** Leaves nothing of it on a terminal. */
  end(): void {
    if (this.#isShown && this.#out.isTTY) this.#out.write(CLEAR_LINE);
  }
}
