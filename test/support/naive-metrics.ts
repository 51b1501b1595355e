import type { Candle } from '../../src/domain/metric-readers';
import { definitionOf, type Metric } from '../../src/domain/metrics';

const MINUTE_MS = 60_000;

/** What can be seen of a metric in a minute: its values at the lowest and the highest, and at the close, with their prices. */
export interface NaiveView {
  atMs: number;
  low: { value: number; price: number };
  high: { value: number; price: number };
  close: { value: number; price: number };
}

/** Minutes in places of their own, counted from the first one; those that are missing are undefined. */
export class NaiveMinutes {
  readonly #places: (Candle | undefined)[] = [];
  readonly #firstMs: number;

  constructor(candles: readonly Candle[]) {
    this.#firstMs = candles[0]?.minuteMs ?? 0;
    for (const candle of candles) this.#places[this.#place(candle.minuteMs)] = candle;
  }

  at(minuteMs: number): Candle | undefined {
    return this.#places[this.#place(minuteMs)];
  }

  /** Those after `afterMs` and before `beforeMs`. */
  between(afterMs: number, beforeMs: number): Candle[] {
    const from = Math.max(0, this.#place(afterMs) + 1);
    return this.#places.slice(from, this.#place(beforeMs)).filter((candle) => candle !== undefined);
  }

  #place(minuteMs: number): number {
    return (minuteMs - this.#firstMs) / MINUTE_MS;
  }
}

/** A metric at a price, from nothing but its formula; `high` is the highest price until then in the minute. */
export function naiveMetric(
  metric: Metric,
  minutes: NaiveMinutes,
  minuteMs: number,
  price: number,
  high: number,
): number | null {
  const { kind, windowMinutes } = definitionOf(metric);
  const fromMs = minuteMs - windowMinutes * MINUTE_MS;
  if (kind === 'price') return price;
  if (kind === 'change') {
    const before = minutes.at(fromMs)?.close;
    return before === undefined ? null : 100 * (price / before - 1);
  }
  const earlier = minutes.between(fromMs, minuteMs);
  const closes = [...earlier.map(({ close }) => close), price];
  if (closes.length < windowMinutes / 2) return null;
  switch (kind) {
    case 'zscore': {
      const mean = closes.reduce((sum, close) => sum + (close - price), 0) / closes.length;
      const squares = closes.reduce((sum, close) => sum + (close - price - mean) ** 2, 0);
      return squares === 0 ? null : -mean / Math.sqrt(squares / (closes.length - 1));
    }
    case 'volatility': {
      const times = [...earlier.map((candle) => candle.minuteMs), minuteMs];
      const returns = times.flatMap((timeMs, n) => {
        const before = minutes.at(timeMs - MINUTE_MS)?.close;
        return before === undefined ? [] : [Math.log((closes[n] as number) / before)];
      });
      return returns.length === 0 ? null : 100 * Math.sqrt(returns.reduce((sum, r) => sum + r * r, 0));
    }
    case 'drawdown': {
      const highest = Math.max(high, ...earlier.map((candle) => candle.high));
      return 100 * (1 - price / highest);
    }
    default:
      throw new RangeError(`${metric} is not made of candles`);
  }
}

/** What is seen of a metric in each minute; undefined where it is not known. */
export function naiveViews(
  metric: Metric,
  candles: readonly Candle[],
  fromMs: number,
): (NaiveView | undefined)[] {
  const minutes = new NaiveMinutes(candles);
  return candles
    .filter(({ minuteMs }) => minuteMs >= fromMs)
    .map(({ minuteMs, open, high, low, close }) => {
      const point = (price: number, highest: number) => ({
        value: naiveMetric(metric, minutes, minuteMs, price, highest) ?? Number.NaN,
        price,
      });
      const points =
        definitionOf(metric).course === 'close'
          ? [point(close, high)]
          : [point(close, high), point(low, open), point(high, high)];
      if (points.some(({ value }) => Number.isNaN(value))) return undefined;
      const sorted = [...points].sort((a, b) => a.value - b.value);
      const [lowest, highest] = [sorted[0], sorted.at(-1)];
      const [atClose] = points;
      if (!lowest || !highest || !atClose) return undefined;
      return { atMs: minuteMs, low: lowest, high: highest, close: atClose };
    });
}
