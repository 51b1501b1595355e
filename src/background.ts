import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';

/** Steps that go on behind an answer, a bounded number at a time. */
export class Background {
  readonly #limit: ReturnType<typeof pLimit>;
  readonly #underWay = new Set<Promise<void>>();

  constructor(inFlight: number) {
    this.#limit = pLimit(inFlight);
  }

  /** Runs a step; `complain` hears of its failure. */
  run(step: () => Promise<unknown>, complain: (error: unknown) => void): void {
    const done = this.#limit(step).then(() => undefined, complain);
    this.#underWay.add(done);
    void done.finally(() => this.#underWay.delete(done));
  }

  /** Waits for what is under way, for so long at most. */
  async settle(withinMs: number, ...others: Promise<unknown>[]): Promise<void> {
    const done = Promise.all([...this.#underWay, ...others]);
    await Promise.race([done, sleep(withinMs, undefined, { ref: false })]);
  }
}
