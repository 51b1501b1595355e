import { type Condition, evaluate } from './alert';

/** An alert that waits to come true. */
export interface WatchedAlert {
  id: string;
  ticker: string;
  condition: Condition;
  /** US dollars. */
  targetPrice: number;
  /** It comes true only in ticks after this one, Unix milliseconds; null: in any. */
  armedAfterMs: number | null;
}

/** A price that was published. Times in Unix milliseconds. */
export interface PublishedPrice {
  ticker: string;
  /** US dollars, of 15 digits at most, as it is stored. */
  price: number;
  quotedAtMs: number;
  tickAtMs: number;
}

/** That an alert came true; its price and time are those of the quote. */
export interface Firing<T extends WatchedAlert = WatchedAlert> {
  alert: T;
  price: number;
  firedAtMs: number;
}

/**
 * Alerts outside of PostgreSQL. As with the claim there, an alert comes true at the first published quote after it was armed that
 * lies beyond its target, and once.
 */
export class AlertWatch<T extends WatchedAlert = WatchedAlert> {
  /** The alerts that wait, by ticker and condition, the nearest target first. */
  readonly #waiting = new Map<string, T[]>();

  constructor(alerts: readonly T[]) {
    for (const alert of alerts) {
      const key = `${alert.ticker} ${alert.condition}`;
      const others = this.#waiting.get(key);
      if (others === undefined) this.#waiting.set(key, [alert]);
      else others.push(alert);
    }
    for (const group of this.#waiting.values())
      group.sort((a, b) => (a.targetPrice - b.targetPrice) * (a.condition === 'gt' ? 1 : -1));
  }

  /** The alerts that still wait. */
  get waiting(): T[] {
    return [...this.#waiting.values()].flat();
  }

  /** The alerts that a published price makes come true. */
  publish(published: PublishedPrice): Firing<T>[] {
    return (['gt', 'lt'] as const).flatMap((condition) => this.#crossed(condition, published));
  }

  #crossed(condition: Condition, { ticker, price, quotedAtMs, tickAtMs }: PublishedPrice): Firing<T>[] {
    const key = `${ticker} ${condition}`;
    const group = this.#waiting.get(key) ?? [];
    const end = group.findIndex((alert) => !evaluate(alert, price));
    const beyond = end < 0 ? group : group.slice(0, end);
    const fired = beyond.filter(({ armedAfterMs }) => armedAfterMs === null || tickAtMs > armedAfterMs);
    if (fired.length > 0) {
      const gone = new Set(fired);
      this.#waiting.set(
        key,
        group.filter((alert) => !gone.has(alert)),
      );
    }
    return fired.map((alert) => ({ alert, price, firedAtMs: quotedAtMs }));
  }
}
