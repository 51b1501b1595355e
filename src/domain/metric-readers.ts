import { MIN_COVERAGE } from './anomaly';
import { definitionOf, type Metric } from './metrics';
import type { Observation, Point } from './rule-watch';
import { MINUTE_MS, percentChange, StatisticsWalk, type WindowStatistics } from './statistics';

/** One minute of a ticker. Prices are in US dollars. */
export interface Candle {
  /** When it begins, Unix milliseconds. */
  minuteMs: number;
  open: number;
  high: number;
  low: number;
  close: number;
}

/** Knows what came before in a metric's window. */
export interface MetricReader {
  /**
   * The metric's value at a price in a minute later than all that were taken in; null where too little is known.
   * @param high the highest price until then in that minute
   */
  at(minuteMs: number, price: number, high: number): number | null;
  /** Takes in a whole minute; those that are left out are gaps. */
  add(candle: Candle): void;
}

/**
 * Reads a metric of one ticker's prices, minute by minute. It is what it should be once the minutes of its window were taken in.
 * @throws RangeError for a metric that is made of something else: `ratio` and `spread`
 */
export function readerOf(metric: Metric): MetricReader {
  const { kind, windowMinutes } = definitionOf(metric);
  switch (kind) {
    case 'price':
      return { at: (_minuteMs, price) => price, add: () => {} };
    case 'change':
      return changeReader(windowMinutes);
    case 'zscore':
      return statisticsReader(windowMinutes, ({ zscore }) => zscore);
    case 'volatility':
      return statisticsReader(windowMinutes, ({ volatility }) =>
        volatility === null ? null : volatility * 100,
      );
    case 'drawdown':
      return drawdownReader(windowMinutes);
    default:
      throw new RangeError(`${metric} is not made of one ticker's candles`);
  }
}

/** Null where the very minute that it counts from is missing. */
function changeReader(windowMinutes: number): MetricReader {
  const closes = new Float64Array(windowMinutes + 1);
  const minutes = new Float64Array(windowMinutes + 1).fill(Number.NaN);
  const size = windowMinutes + 1;
  return {
    at(minuteMs, price) {
      const earlier = minuteMs / MINUTE_MS - windowMinutes;
      return minutes[earlier % size] === earlier
        ? percentChange(closes[earlier % size] as number, price)
        : null;
    },
    add({ minuteMs, close }) {
      const minute = minuteMs / MINUTE_MS;
      minutes[minute % size] = minute;
      closes[minute % size] = close;
    },
  };
}

function statisticsReader(
  windowMinutes: number,
  read: (window: WindowStatistics) => number | null,
): MetricReader {
  const walk = new StatisticsWalk([windowMinutes]);
  return {
    at(minuteMs, price) {
      const [window] = walk.peek({ minuteMs, close: price }).windows;
      return window === undefined || window.points < windowMinutes * MIN_COVERAGE ? null : read(window);
    },
    add: (candle) => void walk.add(candle),
  };
}

function drawdownReader(windowMinutes: number): MetricReader {
  /** Minutes whose high no later one has reached, and so by falling highs: the first is that of the window. */
  let highs: { minute: number; high: number }[] = [];
  let first = 0;
  const minutes: number[] = [];
  let oldest = 0;
  return {
    at(minuteMs, price, high) {
      const from = minuteMs / MINUTE_MS - windowMinutes;
      while (first < highs.length && (highs[first] as { minute: number }).minute <= from) first += 1;
      while (oldest < minutes.length && (minutes[oldest] as number) <= from) oldest += 1;
      if (minutes.length - oldest + 1 < windowMinutes * MIN_COVERAGE) return null;
      const highest = Math.max(highs[first]?.high ?? high, high);
      return ((highest - price) / highest) * 100;
    },
    add({ minuteMs, high }) {
      const minute = minuteMs / MINUTE_MS;
      while (highs.length > first && (highs.at(-1) as { high: number }).high <= high) highs.pop();
      highs.push({ minute, high });
      minutes.push(minute);
      if (first > windowMinutes) {
        highs = highs.slice(first);
        first = 0;
      }
      if (oldest > windowMinutes) {
        minutes.splice(0, oldest);
        oldest = 0;
      }
    },
  };
}

/**
 * A whole minute as it is seen in a metric: its extremes have values of their own where the metric moves with the price. Where it
 * falls with the price, its low is at the high.
 * @returns undefined where the metric is not known in this minute
 */
export function observeMinute(
  metric: Metric,
  reader: MetricReader,
  candle: Candle,
  unbrokenSinceMs: number,
): Observation | undefined {
  const { minuteMs, open, high, low, close } = candle;
  const point = (price: number, highest: number): Point | undefined => {
    const value = reader.at(minuteMs, price, highest);
    return value === null ? undefined : { value, price };
  };
  const atClose = point(close, high);
  if (atClose === undefined) return undefined;
  const seen = { atMs: minuteMs, close: atClose, unbrokenSinceMs };
  const { course } = definitionOf(metric);
  if (course === 'close') return { ...seen, low: atClose, high: atClose };
  // Whether the high came before the low is not known, but the open did.
  const atLow = point(low, open);
  const atHigh = point(high, high);
  if (atLow === undefined || atHigh === undefined) return undefined;
  const [least, most] = course === 'rises' ? [atLow, atHigh] : [atHigh, atLow];
  // The close knows the whole minute, so of a drawdown it may lie beyond both.
  const lowest = atClose.value < least.value ? atClose : least;
  const highest = atClose.value > most.value ? atClose : most;
  return { ...seen, low: lowest, high: highest };
}
