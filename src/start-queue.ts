const IN_FLIGHT = 32;
/** While requests follow each other this closely, starting workflows would slow their answers down. */
const BUSY_MS = 50;
/** No workflow waits longer than this for a pause between requests. */
const PATIENCE_MS = 5_000;

/**
 * Starts alerts' workflows behind the answers: one at a time while requests come in, many once they pause or have not for
 * five seconds. Until its workflow runs, an alert is watched by its row.
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

  /** Has an alert's workflow started soon. */
  add(alertId: string): void {
    this.#lastAt = Date.now();
    this.#waiting.push({ alertId, since: this.#lastAt });
    this.#pump();
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
    const free = this.#allowed() - this.#starting;
    if (free > 0 && this.#waiting.length > 0) this.#begin(this.#waiting.splice(0, free));
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#pump(), BUSY_MS).unref();
  }

  #allowed(): number {
    const now = Date.now();
    const isBusy = now - this.#lastAt < BUSY_MS;
    const waitedMs = now - (this.#waiting[0]?.since ?? now);
    return isBusy && waitedMs < PATIENCE_MS ? 1 : IN_FLIGHT;
  }

  #begin(taken: { alertId: string }[]): void {
    this.#starting += taken.length;
    const done = this.#start(taken.map(({ alertId }) => alertId)).finally(() => {
      this.#starting -= taken.length;
      this.#underWay.delete(done);
      this.#pump();
    });
    this.#underWay.add(done);
  }
}
