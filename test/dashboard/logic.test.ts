import { mean, sampleStandardDeviation } from 'simple-statistics';
import { band, type Candle, dayChange, withPrice } from '../../dashboard/src/logic/candles';
import { distance } from '../../dashboard/src/logic/distance';
import { decimalsOf, formatPercent, formatPrice, formatSpan } from '../../dashboard/src/logic/format';

const candle = (time: number, close: number, low = close, high = close): Candle => ({
  ...{ time, low, high, close },
  open: close,
});

describe('distances', () => {
  it('says how far a line is away', () => {
    expect(distance(102, 100)).toBeCloseTo(2);
    expect(distance(98, 100)).toBeCloseTo(-2);
  });
});

describe('candles', () => {
  it('grow with a price of theirs, and are followed by one of a later price', () => {
    const one = withPrice([], 60, 65, 100);
    expect(one).toEqual([{ time: 60, open: 100, high: 100, low: 100, close: 100 }]);
    const two = withPrice(withPrice(one, 60, 119, 90), 60, 120, 95);
    expect(two).toEqual([
      { time: 60, open: 100, high: 100, low: 90, close: 90 },
      { time: 120, open: 95, high: 95, low: 95, close: 95 },
    ]);
    expect(withPrice(two, 60, 100, 1)).toEqual(two);
  });

  it('have a band of mean and two sample deviations over the window that ends with each', () => {
    const closes = [5, 7, 4, 8, 6, 9];
    const candles = closes.map((close, i) => candle(i * 60, close));
    const points = band(candles, 60, 240);
    expect(points.map(({ time }) => time)).toEqual([60, 120, 180, 240, 300]);
    const last = closes.slice(2);
    expect(points.at(-1)?.mean).toBeCloseTo(mean(last));
    expect(points.at(-1)?.upper).toBeCloseTo(mean(last) + 2 * sampleStandardDeviation(last));
    expect(points.at(-1)?.lower).toBeCloseTo(mean(last) - 2 * sampleStandardDeviation(last));
  });

  it('have a change since a day before, or since the first one there is', () => {
    const old = [candle(0, 100), candle(300, 110)];
    expect(dayChange(old, 121, 86_400 + 300)).toEqual({ percent: expect.closeTo(10), seconds: 86_400 });
    expect(dayChange(old, 121, 900)).toEqual({ percent: expect.closeTo(21), seconds: 900 });
    expect(dayChange([], 121, 900)).toBeUndefined();
  });
});

describe('figures', () => {
  it.each([
    [65_420.154, '65,420.15'],
    [3.10421, '3.1042'],
    [0.0812344, '0.081234'],
    [1e-7, '0.00000010000'],
  ])('%d is written %s', (price, text) => expect(formatPrice(price)).toBe(text));

  it.each([
    [1.234, '+1.23\u00a0%'],
    [-1.236, '−1.24\u00a0%'],
    [0.001, '0.00\u00a0%'],
  ])('%d per cent is written %s', (percent, text) => expect(formatPercent(percent)).toBe(text));

  it.each([
    [40, '40\u00a0ms'],
    [45_000, '45\u00a0s'],
    [3_900_000, '1\u00a0h\u00a05\u00a0min'],
    [172_800_000, '2\u00a0d'],
  ])('%d ms are written %s', (ms, text) => expect(formatSpan(ms)).toBe(text));

  it('has as many decimals as a price of its size wants', () => {
    expect([50_000, 5, 0.5, 0.0005].map(decimalsOf)).toEqual([2, 4, 5, 8]);
  });
});
