import { setTimeout } from 'node:timers/promises';

const FIRST_AFTER_MS = 2_000;
const LOOK_EVERY_MS = 500;
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
    this.#isShown = false;
  }

  /** Waits for work that is done elsewhere; `look`, which is called now and then, says how far it is. */
  async during<T>(work: Promise<T>, look: () => Promise<string>): Promise<T> {
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    const ended = work.then(end, end);
    try {
      while (!isOver) {
        const text = await look();
        if (!isOver) this.tell(() => text);
        await Promise.race([ended, setTimeout(LOOK_EVERY_MS)]);
      }
      return await work;
    } finally {
      this.end();
    }
  }
}
