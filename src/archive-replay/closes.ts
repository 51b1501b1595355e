import { MINUTE_MS, type MinuteClose } from '../domain/statistics';
import type { ReadCloses, TimeSpan } from '../domain/statistics-span';

/** The closes of one ticker's minutes, as its published prices make them. */
export class Closes {
  readonly #closes = new Map<number, number>();

  /** The close of a minute is its last price, in the order of publication. */
  publish(quotedAtMs: number, price: number): void {
    this.#closes.set(quotedAtMs - (quotedAtMs % MINUTE_MS), price);
  }

  /** Forgets the minutes before a time. */
  forgetBefore(timeMs: number): void {
    for (const minuteMs of this.#closes.keys()) if (minuteMs < timeMs) this.#closes.delete(minuteMs);
  }

  /** @param instead minutes whose closes were no published prices */
  reader(instead: ReadonlyMap<number, number>): ReadCloses {
    const closes = new Map([...this.#closes, ...instead]);
    return async function* ({ fromMs, toMs }: TimeSpan) {
      const found: MinuteClose[] = [];
      for (let minuteMs = Math.ceil(fromMs / MINUTE_MS) * MINUTE_MS; minuteMs < toMs; minuteMs += MINUTE_MS) {
        const close = closes.get(minuteMs);
        if (close !== undefined) found.push({ minuteMs, close });
      }
      if (found.length > 0) yield found;
    };
  }
}
