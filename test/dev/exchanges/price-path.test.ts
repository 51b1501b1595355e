import fc from 'fast-check';
import { type Candle, priceAt, type Recording } from '../../../src/dev/exchanges/price-path';

const MINUTE_MS = 60_000;

const one = (open: number, high: number, low: number, close: number): Recording => ({
  candles: [{ open, high, low, close }],
  decimals: 2,
});

/** Prices in hundredths, so that all have two decimals as recorded ones do. */
const candle = fc
  .record({ low: fc.integer({ min: 1, max: 10_000_000 }), height: fc.integer({ min: 0, max: 100_000 }) })
  .chain(({ low, height }) => {
    const inside = fc.integer({ min: low, max: low + height });
    return fc.tuple(inside, inside).map(([open, close]): Candle => {
      return { open: open / 100, high: (low + height) / 100, low: low / 100, close: close / 100 };
    });
  });
const recording = fc
  .array(candle, { minLength: 1, maxLength: 5 })
  .map((candles) => ({ candles, decimals: 2 }));

describe('priceAt', () => {
  test('a rising minute falls first, then rises to its high', () => {
    const rising = one(100, 110, 90, 105);
    const path = [0, 10_000, 20_000, 30_000, 40_000, 50_000, 59_999].map((ms) => priceAt(rising, ms));
    expect(path).toEqual([100, 95, 90, 100, 110, 107.5, 105]);
  });

  test('a falling minute rises first, then falls to its low', () => {
    const falling = one(105, 110, 90, 100);
    const path = [0, 20_000, 40_000, 59_999].map((ms) => priceAt(falling, ms));
    expect(path).toEqual([105, 110, 90, 100]);
  });

  test('a minute that stands still stands still', () => {
    expect([0, 20_000, 31_234].map((ms) => priceAt(one(7, 7, 7, 7), ms))).toEqual([7, 7, 7]);
  });

  test('is rounded to the recorded decimals', () => {
    expect(priceAt(one(1, 2, 1, 2), 30_001)).toBe(1.5);
    expect(priceAt({ ...one(1, 2, 1, 2), decimals: 5 }, 30_001)).toBe(1.50005);
  });

  test('stays within its minute, whatever the time', () => {
    fc.assert(
      fc.property(recording, fc.integer({ min: 0, max: 5 * MINUTE_MS }), (recorded, elapsedMs) => {
        const { candles } = recorded;
        const { low, high } = candles[Math.floor(elapsedMs / MINUTE_MS) % candles.length] as Candle;
        const price = priceAt(recorded, elapsedMs);
        return price >= low && price <= high;
      }),
    );
  });

  test('begins each minute at its open and reaches both extremes', () => {
    fc.assert(
      fc.property(recording, (recorded) => {
        for (const [minute, { open, high, low }] of recorded.candles.entries()) {
          const [start, third, twoThirds] = [0, 20_000, 40_000].map((ms) =>
            priceAt(recorded, minute * MINUTE_MS + ms),
          );
          expect(start).toBe(open);
          expect([third, twoThirds].sort((a, b) => Number(a) - Number(b))).toEqual([low, high]);
        }
      }),
    );
  });

  test('begins anew at its end', () => {
    fc.assert(
      fc.property(
        recording,
        fc.integer({ min: 0, max: MINUTE_MS }),
        fc.integer({ min: -3, max: 3 }),
        (recorded, ms, times) => {
          const lengthMs = recorded.candles.length * MINUTE_MS;
          expect(priceAt(recorded, ms + times * lengthMs)).toBe(priceAt(recorded, ms));
        },
      ),
    );
  });
});
