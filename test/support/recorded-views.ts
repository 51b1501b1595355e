import { FORTNIGHT_STARTS_AT_MS, readFortnight } from '../../src/dev/exchanges/recordings';
import { type Candle, observeMinute, readerOf } from '../../src/domain/metric-readers';
import { definitionOf, type Metric } from '../../src/domain/metrics';
import type { Observation } from '../../src/domain/rule-watch';
import { type NaiveView, naiveViews } from './naive-metrics';
import type { Choices } from './random-rules';

const MINUTE_MS = 60_000;
const LONGEST_BREAK_MS = 90_000;

/** The recorded minutes of a ticker from a place on, some of them missing. */
export function recordedMinutes(choices: Choices, ticker: string, from: number, count: number): Candle[] {
  const recording = readFortnight(ticker);
  if (recording === null) throw new Error(`There is no recording of ${ticker}`);
  let missing = 0;
  return recording.candles.slice(from, from + count).flatMap((candle, n) => {
    if (missing > 0) missing -= 1;
    else if (choices.chance(0.004))
      missing = choices.chance(0.1) ? choices.whole(20, 90) : choices.whole(1, 3);
    const minuteMs = FORTNIGHT_STARTS_AT_MS + (from + n) * MINUTE_MS;
    return missing > 0 ? [] : [{ minuteMs, ...candle }];
  });
}

/** A stretch of minutes of a metric, as it is seen in earnest and by its formula, and the prices of the same minutes. */
export interface Stretch {
  metric: Metric;
  /** Undefined where the metric is not known. */
  observations: (Observation | undefined)[];
  views: (NaiveView | undefined)[];
  prices: NaiveView[];
}

/** Such a stretch of a metric out of the recorded fortnight; of the spread, which nobody recorded, made up. */
export function recordedStretch(choices: Choices, metric: Metric, count: number): Stretch {
  const { kind, windowMinutes } = definitionOf(metric);
  const before = windowMinutes + 1;
  const from = choices.whole(0, 19_000 - before - count);
  const fromMs = FORTNIGHT_STARTS_AT_MS + (from + before) * MINUTE_MS;
  const ticker = choices.of(kind === 'ratio' ? ['ETH', 'SOL'] : ['BTC', 'ETH', 'DOGE', 'SOL', 'BNB']);
  const candles = recordedMinutes(choices, ticker, from, before + count);
  const prices = naiveViews('price', candles, fromMs).filter((view) => view !== undefined);
  if (kind === 'ratio' || kind === 'spread') {
    const others = recordedMinutes(choices, 'BTC', from, before + count);
    const views = prices.map(({ atMs, close: { price } }) => {
      const other = others.find(({ minuteMs }) => minuteMs === atMs);
      const spread = choices.chance(0.02) ? undefined : choices.random() * choices.random();
      const value = kind === 'spread' ? spread : other && price / other.close;
      if (value === undefined) return undefined;
      return { atMs, low: { value, price }, high: { value, price }, close: { value, price } };
    });
    return { metric, prices, views, observations: asSeen(views) };
  }
  return {
    ...{ metric, prices },
    views: naiveViews(metric, candles, fromMs),
    observations: asSeen(readThroughRestarts(choices, metric, candles, fromMs)),
  };
}

/** Reads minute by minute; now and then all is forgotten, and the window's minutes are read again from what is stored. */
function readThroughRestarts(
  choices: Choices,
  metric: Metric,
  candles: readonly Candle[],
  fromMs: number,
): (NaiveView | undefined)[] {
  const windowMs = definitionOf(metric).windowMinutes * MINUTE_MS;
  let reader = readerOf(metric);
  return candles.flatMap((candle) => {
    const { minuteMs } = candle;
    const isSeen = minuteMs >= fromMs;
    if (isSeen && choices.chance(0.01)) {
      reader = readerOf(metric);
      for (const stored of candles) {
        if (stored.minuteMs >= minuteMs - windowMs && stored.minuteMs < minuteMs) reader.add(stored);
      }
    }
    const seen = isSeen ? [observeMinute(metric, reader, candle, 0)] : [];
    reader.add(candle);
    return seen;
  });
}

function asSeen(views: readonly (NaiveView | undefined)[]): (Observation | undefined)[] {
  let unbrokenSinceMs = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  return views.map((view) => {
    if (view === undefined) return undefined;
    if (view.atMs - lastMs > LONGEST_BREAK_MS) unbrokenSinceMs = view.atMs;
    lastMs = view.atMs;
    return { ...view, unbrokenSinceMs };
  });
}
