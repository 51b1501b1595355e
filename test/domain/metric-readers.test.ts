import { createRandom } from '../../bench/random';
import { type Candle, observeMinute, readerOf } from '../../src/domain/metric-readers';
import { definitionOf, METRIC_NAMES, pairOf } from '../../src/domain/metrics';
import { NaiveMinutes, naiveMetric } from '../support/naive-metrics';
import { Choices } from '../support/random-rules';
import { recordedMinutes } from '../support/recorded-views';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2021, 4, 1);
const SEED = Number(process.env.SEED ?? 20_210_509);

const candle = (n: number, low: number, high = low, open = low, close = high): Candle => ({
  ...{ minuteMs: START_MS + n * MINUTE_MS, open, high, low, close },
});
const OF_CANDLES = METRIC_NAMES.filter((name) => !['ratio', 'spread'].includes(definitionOf(name).kind));

describe('readerOf(metric)', () => {
  test.each(OF_CANDLES)('%s: ticks of a minute are read as the formula has them, over gaps', (metric) => {
    const choices = new Choices(createRandom(SEED));
    const { windowMinutes } = definitionOf(metric);
    const minutes = recordedMinutes(choices, 'SOL', choices.whole(0, 5_000), windowMinutes + 400);
    const naive = new NaiveMinutes(minutes);
    const reader = readerOf(metric);
    let known = 0;
    for (const { minuteMs, open, high, low, close, ...rest } of minutes) {
      if (choices.chance(0.15)) {
        let highest = open;
        for (const price of [open, low, high, close]) {
          highest = Math.max(highest, price);
          const value = reader.at(minuteMs, price, highest);
          const expected = naiveMetric(metric, naive, minuteMs, price, highest);
          if (value === null || expected === null) expect(value).toBe(expected);
          else expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
          known += value === null ? 0 : 1;
        }
      }
      reader.add({ minuteMs, open, high, low, close, ...rest });
    }
    expect(known).toBeGreaterThan(50);
  });

  test.each(['ratio', 'spread'] as const)('%s is not made of candles', (metric) => {
    expect(() => readerOf(metric)).toThrow(RangeError);
  });

  it('knows no change where the very minute that it counts from is missing', () => {
    const reader = readerOf('change_5m');
    for (const n of [0, 1, 3]) reader.add(candle(n, 100 + n));
    const at = (n: number) => reader.at(START_MS + n * MINUTE_MS, 110, 110);
    expect(at(5)).toBeCloseTo(10, 12);
    expect(at(7)).toBeNull();
    expect(at(8)).toBeCloseTo((7 / 103) * 100, 12);
  });

  it('forgets the highs that have left the window, and no sooner', () => {
    const reader = readerOf('drawdown_24h');
    reader.add(candle(0, 100, 200));
    for (let n = 1; n < 1_440; n += 1) reader.add(candle(n, 100));
    expect(reader.at(START_MS + 1_439 * MINUTE_MS + MINUTE_MS, 50, 50)).toBe(50);
    const later = readerOf('drawdown_24h');
    later.add(candle(0, 100, 200));
    for (let n = 1; n < 1_439; n += 1) later.add(candle(n, 100));
    expect(later.at(START_MS + 1_439 * MINUTE_MS, 50, 50)).toBe(75);
  });

  it('says nothing of a window that is mostly missing', () => {
    for (const metric of ['zscore_24h', 'volatility_24h', 'drawdown_24h'] as const) {
      const reader = readerOf(metric);
      const at = (n: number) => reader.at(START_MS + n * MINUTE_MS, 90, 90);
      for (let n = 0; n < 718; n += 1) reader.add(candle(n, 100 + (n % 7)));
      expect(at(718)).toBeNull();
      reader.add(candle(718, 100));
      expect(at(719)).not.toBeNull();
    }
  });
});

describe('observeMinute(metric, reader, candle)', () => {
  it('has the extremes where the metric moves with the price', () => {
    const reader = readerOf('change_5m');
    reader.add(candle(0, 100));
    expect(observeMinute('change_5m', reader, candle(5, 95, 110, 100, 105), 7)).toEqual({
      atMs: START_MS + 5 * MINUTE_MS,
      low: { value: -5, price: 95 },
      high: { value: 10, price: 110 },
      close: { value: 5, price: 105 },
      unbrokenSinceMs: 7,
    });
  });

  it('has the deepest drawdown at the low, of highs before it only; or at the close, of the whole minute', () => {
    const reader = readerOf('drawdown_24h');
    for (let n = 0; n < 1_000; n += 1) reader.add(candle(n, 100));
    // Whether 200 came before 90 is not known; that it came before the close is.
    const seen = observeMinute('drawdown_24h', reader, candle(1_000, 90, 200, 100, 150), 0);
    expect(seen).toMatchObject({ low: { value: 0, price: 200 }, high: { value: 25, price: 150 } });
    const other = observeMinute('drawdown_24h', reader, candle(1_000, 90, 110, 100, 109), 0);
    expect(other?.high).toEqual({ value: 10, price: 90 });
  });

  it('has the close alone where nobody knows better, and nothing where the metric is not known', () => {
    const reader = readerOf('volatility_24h');
    expect(observeMinute('volatility_24h', reader, candle(0, 90, 110), 0)).toBeUndefined();
    for (let n = 0; n < 1_000; n += 1) reader.add(candle(n, 100 + (n % 3)));
    const seen = observeMinute('volatility_24h', reader, candle(1_000, 90, 110, 100, 101), 0);
    expect(seen?.low).toEqual(seen?.close);
    expect(seen?.high).toEqual(seen?.close);
  });
});

test('pairOf: the two tickers of a ratio', () => {
  expect(pairOf('ETH/BTC')).toEqual({ base: 'ETH', quote: 'BTC' });
  expect(pairOf('BTC')).toBeUndefined();
});
