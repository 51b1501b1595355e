const IN_FLIGHT = 32;
/** While requests follow each other this closely, starting workflows would slow their answers down. */
const BUSY_MS = 50;
/** No workflow waits longer than this for a pause between requests. */
const PATIENCE_MS = 10_000;

/**
 * Starts alerts' workflows behind the answers: a few while requests come in, many once they pause or have not for ten
 * seconds. Until its workflow runs, an alert is watched by its row.
 */
export class StartQueue {
  readonly #start: (alertIds: string[]) => Promise<void>;
  readonly #waiting: { alertId: string; since: number }[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #starting = 0;
  #lastAt = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `start` starts the workflows of these alerts and never rejects. */
  constructor(start: (alertIds: string[]) => Promise<void>) {
    this.#start = start;
  }

  /** Has an alert's workflow started soon; at once, where no other was asked for just now. */
  add(alertId: string): void {
    const now = Date.now();
    const isFirst = now - this.#lastAt >= BUSY_MS && this.#waiting.length === 0;
    this.#lastAt = now;
    this.#waiting.push({ alertId, since: now });
    if (isFirst) this.#pump();
    else this.#timer ??= setTimeout(() => this.#pump(), BUSY_MS).unref();
  }

  /** Resolves when nothing waits or is under way. */
  async idle(): Promise<void> {
    while (this.#waiting.length + this.#underWay.size > 0) {
      this.#lastAt = 0;
      this.#pump();
      await Promise.race(this.#underWay);
    }
  }

  #pump(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const free = (this.#isBusy() ? 1 : IN_FLIGHT) - this.#starting;
    if (free > 0 && this.#waiting.length > 0) this.#begin(this.#waiting.splice(0, free));
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#pump(), BUSY_MS).unref();
  }

  #isBusy(): boolean {
    const now = Date.now();
    const waitedMs = now - (this.#waiting[0]?.since ?? now);
    return now - this.#lastAt < BUSY_MS && waitedMs < PATIENCE_MS;
  }

  #begin(taken: { alertId: string }[]): void {
    this.#starting += taken.length;
    const done = this.#start(taken.map(({ alertId }) => alertId)).finally(() => {
      this.#starting -= taken.length;
      this.#underWay.delete(done);
      // While it is busy, the next one has to wait for its time.
      if (!this.#isBusy()) this.#pump();
    });
    this.#underWay.add(done);
  }
}
