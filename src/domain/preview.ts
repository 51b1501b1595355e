import { definitionOf, type Metric } from './metrics';
import { type CandleSeries, type Scan, scanCandles, scanValues, type ValueSeries } from './minute-series';
import type { Rule } from './rule';
import {
  armed,
  type Interest,
  interestOf,
  isOver,
  LONGEST_BREAK_MS,
  type Observation,
  seenMetric,
  step,
  type WatchState,
} from './rule-watch';
import { MINUTE_MS } from './statistics';

/** When an alert would have fired. Times are those at which minutes begin, Unix milliseconds. */
export interface PreviewFiring {
  atMs: number;
  /** US dollars. */
  price: number;
  /** The metric's. */
  value: number;
  /** The minute in which the condition no longer held; null: it held to the end. */
  endedAtMs: number | null;
}

export interface PreviewWish {
  /** It is made with the beginning of this minute; Unix milliseconds. */
  fromMs: number;
  /** The first minute that it does not see any longer. */
  toMs: number;
  snoozedUntilMs?: number | null;
  /** After so many firings it looks no further. */
  mostFirings?: number;
}

/** How far before its beginning a preview needs minutes: the metric's window, and the minute that arms it. Milliseconds. */
export function previewReachMs(metric: Metric): number {
  return (definitionOf(metric).windowMinutes + 1) * MINUTE_MS;
}

/**
 * Previews an alert on a metric of one ticker's candles.
 * @throws RangeError for a metric that is made of something else: `ratio` and `spread`
 */
export function previewOnCandles(rule: Rule, wish: PreviewWish): Preview<CandleSeries> {
  return new Preview(rule, wish, { own: scanCandles(rule.metric), price: scanCandles('price') });
}

/** Previews an alert on a metric whose values are known: `ratio` and `spread`. */
export function previewOnValues(rule: Rule, wish: PreviewWish): Preview<ValueSeries> {
  const scan = scanValues();
  return new Preview(rule, wish, { own: scan, price: scan });
}

/**
 * Runs an alert over recorded minutes, by the code that decides in earnest. It makes something only of those minutes
 * that are of interest, so that a year costs little more than reading it.
 */
export class Preview<S extends { minutesMs: Float64Array }> {
  readonly firings: PreviewFiring[] = [];
  /** Whether there were more. */
  isTruncated = false;
  /** Whether no later minute can add anything. */
  isDone = false;

  readonly #rule: Rule;
  readonly #wish: PreviewWish;
  readonly #scans: Record<'own' | 'price', Scan<S>>;
  #state: WatchState;
  #interest: Interest;
  /** When a minute was seen last, and since when without a break. */
  #seenMs = Number.NEGATIVE_INFINITY;
  #unbrokenSinceMs = 0;

  constructor(rule: Rule, wish: PreviewWish, scans: Record<'own' | 'price', Scan<S>>) {
    // Its firings are told with their ends, whatever its user wants to hear of.
    this.#rule = { ...rule, tellsEnd: true };
    this.#wish = wish;
    this.#scans = scans;
    this.#state = armed(this.#rule, null);
    this.#interest = this.#interestAt(wish.fromMs);
  }

  /** Takes in minutes, later than all before; those before its beginning fill the metric's window, and the last of them arms it. */
  take(series: S): void {
    const { fromMs, toMs } = this.#wish;
    const { minutesMs } = series;
    for (let n = 0; n < minutesMs.length && !this.isDone; n += 1) {
      const minuteMs = minutesMs[n] as number;
      if (minuteMs >= toMs) this.isDone = true;
      else if (minuteMs >= fromMs) this.#see(series, n, minuteMs);
      else if (minuteMs === fromMs - MINUTE_MS) this.#arm(this.#scans.own.closing(series, n));
      this.#scans.own.pass(series, n);
    }
  }

  #arm(value: number | null): void {
    this.#state = armed(this.#rule, value);
    this.#interest = this.#interestAt(this.#wish.fromMs);
  }

  #see(series: S, n: number, minuteMs: number): void {
    const { above, below, dueAtMs } = this.#interest;
    const isOwn = seenMetric(this.#rule, this.#state, minuteMs) === this.#rule.metric;
    const scan = isOwn ? this.#scans.own : this.#scans.price;
    const isDue = dueAtMs !== null && minuteMs >= dueAtMs;
    if (isDue || !scan.isBetween(series, n, below ?? -Infinity, above ?? Infinity)) {
      const seen = scan.observe(series, n, this.#unbrokenSince(minuteMs));
      if (seen === undefined) return;
      this.#step(seen);
    }
    this.#unbrokenSinceMs = this.#unbrokenSince(minuteMs);
    this.#seenMs = minuteMs;
  }

  #unbrokenSince(minuteMs: number): number {
    return minuteMs - this.#seenMs > LONGEST_BREAK_MS ? minuteMs : this.#unbrokenSinceMs;
  }

  #step(seen: Observation): void {
    const { state, events } = step(this.#rule, this.#state, seen, this.#wish.snoozedUntilMs);
    for (const { type, atMs, price, value } of events) {
      if (type === 'fired') this.firings.push({ atMs, price, value, endedAtMs: null });
      else (this.firings.at(-1) as PreviewFiring).endedAtMs = atMs;
    }
    if (this.firings.length > (this.#wish.mostFirings ?? Infinity)) {
      this.firings.pop();
      this.isTruncated = true;
    }
    this.#state = state;
    this.#interest = this.#interestAt(seen.atMs);
    this.isDone = this.isTruncated || isOver(this.#rule, state);
  }

  #interestAt(atMs: number): Interest {
    return interestOf(this.#rule, this.#state, atMs, this.#wish.snoozedUntilMs);
  }
}
