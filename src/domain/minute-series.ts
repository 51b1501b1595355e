import { type Candle, type MetricReader, observeMinute, readerOf } from './metric-readers';
import { type Course, definitionOf, type Metric } from './metrics';
import type { Observation } from './rule-watch';

/** Many minutes of a ticker, by time; a minute has the same place in all arrays, and gaps have none. Prices in US dollars. */
export interface CandleSeries {
  /** When they begin, Unix milliseconds. */
  minutesMs: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
}

export type CloseSeries = Pick<CandleSeries, 'minutesMs' | 'close'>;

/** Many minutes of a metric that is not made of one ticker's candles; see `CandleSeries`. */
export interface ValueSeries {
  minutesMs: Float64Array;
  /** The metric's values. */
  low: Float64Array;
  high: Float64Array;
  close: Float64Array;
  /** US dollars, at the close. */
  price: Float64Array;
}

/** Looks at minutes of a series in turn; most of them without making anything. */
export interface Scan<S> {
  /** Whether the metric is known throughout minute `n`, and strictly between two values. */
  isBetween(series: S, n: number, below: number, above: number): boolean;
  /** Undefined where the metric is not known in minute `n`. */
  observe(series: S, n: number, unbrokenSinceMs: number): Observation | undefined;
  /** The metric at the close of minute `n`; null where it is not known. */
  closing(series: S, n: number): number | null;
  /** Minute `n` is over. */
  pass(series: S, n: number): void;
}

/** Scans one ticker's candles; `pass` on those before is what fills the metric's window. */
export function scanCandles(metric: Metric): Scan<CandleSeries> {
  const reader = readerOf(metric);
  const { kind, course } = definitionOf(metric);
  const observe = (series: CandleSeries, n: number, unbrokenSinceMs: number) =>
    observeMinute(metric, reader, candleAt(series, n), unbrokenSinceMs);
  if (kind === 'price') {
    return {
      isBetween: ({ low, high }, n, below, above) => at(low, n) > below && at(high, n) < above,
      observe,
      closing: ({ close }, n) => at(close, n),
      pass: () => {},
    };
  }
  return {
    isBetween: isBetweenOf(course, reader),
    observe,
    closing: ({ minutesMs, close, high }, n) => reader.at(at(minutesMs, n), at(close, n), at(high, n)),
    pass: (series, n) => reader.add(candleAt(series, n)),
  };
}

/** Asks for the value at an extreme only where there is a bound on its side: a z-score is not had for nothing. */
function isBetweenOf(course: Course, reader: MetricReader): Scan<CandleSeries>['isBetween'] {
  const isBelow = (value: number | null, above: number) => value !== null && value < above;
  const isAbove = (value: number | null, below: number) => value !== null && value > below;
  switch (course) {
    case 'rises':
      return ({ minutesMs, open, high, low }, n, below, above) => {
        const minuteMs = at(minutesMs, n);
        return (
          (above === Infinity || isBelow(reader.at(minuteMs, at(high, n), at(high, n)), above)) &&
          (below === -Infinity || isAbove(reader.at(minuteMs, at(low, n), at(open, n)), below))
        );
      };
    case 'falls':
      return ({ minutesMs, open, high, low, close }, n, below, above) => {
        const minuteMs = at(minutesMs, n);
        return (
          (above === Infinity ||
            (isBelow(reader.at(minuteMs, at(low, n), at(open, n)), above) &&
              isBelow(reader.at(minuteMs, at(close, n), at(high, n)), above))) &&
          (below === -Infinity || isAbove(reader.at(minuteMs, at(high, n), at(high, n)), below))
        );
      };
    case 'close':
      return ({ minutesMs, high, close }, n, below, above) => {
        const value = reader.at(at(minutesMs, n), at(close, n), at(high, n));
        return isBelow(value, above) && isAbove(value, below);
      };
  }
}

/** Scans a metric's own minutes. */
export function scanValues(): Scan<ValueSeries> {
  return {
    isBetween: ({ low, high }, n, below, above) => at(low, n) > below && at(high, n) < above,
    observe({ minutesMs, low, high, close, price }, n, unbrokenSinceMs) {
      const point = (values: Float64Array) => ({ value: at(values, n), price: at(price, n) });
      return {
        atMs: at(minutesMs, n),
        low: point(low),
        high: point(high),
        close: point(close),
        unbrokenSinceMs,
      };
    },
    closing: ({ close }, n) => at(close, n),
    pass: () => {},
  };
}

/** The minutes of a span in several series that have none in common, by time, with the columns of the first. */
export function joinSeries<S extends { minutesMs: Float64Array }>(
  parts: S[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): S {
  const columns = parts as unknown as Record<string, Float64Array>[];
  const places = parts
    .flatMap(({ minutesMs }, part) => Array.from(minutesMs, (minuteMs, n) => ({ minuteMs, part, n })))
    .filter(({ minuteMs }) => minuteMs >= fromMs && minuteMs < toMs)
    .sort((a, b) => a.minuteMs - b.minuteMs);
  const column = (name: string) =>
    Float64Array.from(places, ({ part, n }) => columns[part]?.[name]?.[n] as number);
  return Object.fromEntries(
    Object.keys(columns[0] ?? {}).map((name) => [name, column(name)]),
  ) as unknown as S;
}

/** One ticker's closes by another's, in the minutes that there are of both; `price` is the first one's. */
export function ratioOf(base: CloseSeries, quote: CloseSeries): ValueSeries {
  const most = Math.min(base.minutesMs.length, quote.minutesMs.length);
  const minutesMs = new Float64Array(most);
  const ratios = new Float64Array(most);
  const price = new Float64Array(most);
  let count = 0;
  for (let n = 0, m = 0; n < base.minutesMs.length && m < quote.minutesMs.length; ) {
    const ahead = at(base.minutesMs, n) - at(quote.minutesMs, m);
    if (ahead === 0) {
      minutesMs[count] = at(base.minutesMs, n);
      price[count] = at(base.close, n);
      ratios[count] = at(base.close, n) / at(quote.close, m);
      count += 1;
    }
    if (ahead <= 0) n += 1;
    if (ahead >= 0) m += 1;
  }
  const values = ratios.subarray(0, count);
  return {
    minutesMs: minutesMs.subarray(0, count),
    low: values,
    high: values,
    close: values,
    price: price.subarray(0, count),
  };
}

function candleAt({ minutesMs, open, high, low, close }: CandleSeries, n: number): Candle {
  return {
    minuteMs: at(minutesMs, n),
    open: at(open, n),
    high: at(high, n),
    low: at(low, n),
    close: at(close, n),
  };
}

const at = (values: Float64Array, n: number): number => values[n] as number;
