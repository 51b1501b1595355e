import { type MetricReader, readerOf } from '../../src/domain/metric-readers';
import { METRIC_NAMES, type Metric, pairOf } from '../../src/domain/metrics';
import { type Prices, TICKERS } from '../publisher';
import { MINUTE_MS } from '../recorded';
import { PAIRS } from '../rules/waiting';

/** A metric's value in every tick, one a minute; NaN where it is not known. */
export interface Course {
  ticker: string;
  metric: Metric;
  values: Float64Array;
}

/** The courses of all metrics that one source's closes tell: all but how far sources lie apart. */
export function coursesOf(ticks: Prices[]): Course[] {
  return METRIC_NAMES.filter((metric) => metric !== 'spread').flatMap((metric) =>
    (metric === 'ratio' ? PAIRS : TICKERS).map((ticker) => ({
      ...{ ticker, metric },
      values: Float64Array.from(valuesOf(ticks, ticker, metric)),
    })),
  );
}

function* valuesOf(ticks: Prices[], ticker: string, metric: Metric): Generator<number> {
  const pair = pairOf(ticker);
  const reader: MetricReader | undefined = pair ? undefined : readerOf(metric);
  for (const [n, prices] of ticks.entries()) {
    const price = priceOf(prices, pair?.base ?? ticker);
    if (reader === undefined) {
      yield price / priceOf(prices, pair?.quote ?? ticker);
      continue;
    }
    // Only the distance of the minutes counts.
    const minuteMs = n * MINUTE_MS;
    yield reader.at(minuteMs, price, price) ?? Number.NaN;
    reader.add({ minuteMs, open: price, high: price, low: price, close: price });
  }
}

/** The price of a ticker, of a pair that of the first one. */
export const priceOf = (prices: Prices, ticker: string) =>
  prices[(pairOf(ticker)?.base ?? ticker) as keyof Prices];
