import fc from 'fast-check';
import { readFortnight } from '../../src/dev/exchanges/recordings';
import { type MinuteClose, type MinuteStatistics, StatisticsWalk } from '../../src/domain/statistics';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2021, 4, 1);

const walk = (minutes: MinuteClose[], windows: number[]) => {
  const statistics = new StatisticsWalk(windows);
  return minutes.map((minute) => statistics.add(minute));
};
const minutesOf = (closes: (number | null)[], startMs = START_MS): MinuteClose[] =>
  closes.flatMap((close, n) => (close === null ? [] : [{ minuteMs: startMs + n * MINUTE_MS, close }]));

/** By definition, two passes over each window, in numbers that are kept small. */
function byDefinition(minutes: MinuteClose[], at: MinuteClose, windowMinutes: number) {
  const fromMs = at.minuteMs - windowMinutes * MINUTE_MS;
  const held = minutes.filter(({ minuteMs }) => minuteMs > fromMs && minuteMs <= at.minuteMs);
  const closeAt = (minuteMs: number) => minutes.find((minute) => minute.minuteMs === minuteMs)?.close;
  const mean = held.reduce((sum, { close }) => sum + (close - at.close), 0) / held.length;
  const m2 = held.reduce((sum, { close }) => sum + (close - at.close - mean) ** 2, 0);
  const stddev = held.length < 2 ? null : Math.sqrt(m2 / (held.length - 1));
  const squares = held.flatMap(({ minuteMs, close }) => {
    const before = closeAt(minuteMs - MINUTE_MS);
    return before === undefined ? [] : [Math.log1p((close - before) / before) ** 2];
  });
  const earlier = closeAt(fromMs);
  return {
    points: held.length,
    mean: at.close + mean,
    stddev,
    change: earlier === undefined ? null : ((at.close - earlier) / earlier) * 100,
    returns: squares.length,
    volatility: squares.length === 0 ? null : Math.sqrt(squares.reduce((sum, square) => sum + square, 0)),
    zscore: stddev ? -mean / stddev : null,
  };
}

/** Within 12 digits; near zero, of one. */
function expectSame(found: object, expected: object): void {
  for (const [name, value] of Object.entries(expected)) {
    const is = (found as Record<string, number | null>)[name];
    if (value === null || is === null || is === undefined) expect({ [name]: is }).toEqual({ [name]: value });
    else if (Math.abs(is - value) > 1e-12 * Math.max(1, Math.abs(value)))
      expect({ [name]: is }).toEqual({ [name]: value });
  }
}

describe('StatisticsWalk', () => {
  it('says of each window what its minutes are', () => {
    const [, , third] = walk(minutesOf([100, 110, 99]), [2]);
    const [window] = third?.windows ?? [];
    expect(window).toMatchObject({ windowMinutes: 2, points: 2, mean: 104.5, change: -1, returns: 2 });
    expect(window?.stddev).toBeCloseTo(Math.sqrt((5.5 ** 2 + 5.5 ** 2) / 1), 12);
    expect(window?.volatility).toBeCloseTo(Math.sqrt(Math.log(1.1) ** 2 + Math.log(0.9) ** 2), 12);
    expect(window?.zscore).toBeCloseTo(-Math.SQRT1_2, 12);
  });

  it('takes a gap for a gap: fewer points, and no change where that very minute is missing', () => {
    const all = walk(minutesOf([100, null, null, 103, 104]), [3]).map(({ windows: [window] }) => window);
    expect(all.map((window) => window?.points)).toEqual([1, 1, 2]);
    expect(all.map((window) => window?.mean)).toEqual([100, 103, 103.5]);
    expect(all.map((window) => window?.change)).toEqual([null, 3, null]);
    expect(all.map((window) => window?.returns)).toEqual([0, 0, 1]);
    expect(all.map((window) => window?.volatility === null)).toEqual([true, true, false]);
  });

  it('knows no deviation of one point, and no z-score of a price that does not move', () => {
    const [first, second] = walk(minutesOf([100, 100]), [60]).map(({ windows: [window] }) => window);
    expect(first).toMatchObject({ points: 1, stddev: null, zscore: null, change: null, volatility: null });
    expect(second).toMatchObject({ points: 2, stddev: 0, zscore: null, change: null, volatility: 0 });
  });

  it('refuses minutes that do not rise, and times between minutes', () => {
    const statistics = new StatisticsWalk([2]);
    statistics.add({ minuteMs: START_MS, close: 1 });
    expect(() => statistics.add({ minuteMs: START_MS, close: 1 })).toThrow(RangeError);
    expect(() => statistics.add({ minuteMs: START_MS + 90_000, close: 1 })).toThrow(RangeError);
  });

  const closes = fc.array(
    fc.option(fc.double({ min: 0.01, max: 100_000, noNaN: true }), { freq: 4, nil: null }),
    { maxLength: 80 },
  );
  const windows = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 3 });

  it('equals the definition, whatever is missing and wherever the clock stands', () => {
    fc.assert(
      fc.property(closes, windows, fc.nat(100), (prices, sizes, offset) => {
        const minutes = minutesOf(prices, START_MS + offset * MINUTE_MS);
        for (const [n, found] of walk(minutes, sizes).entries()) {
          for (const window of found.windows)
            expectSame(window, byDefinition(minutes, minutes[n] as MinuteClose, window.windowMinutes));
        }
      }),
    );
  });

  it('gives the same bits wherever the walk began, once a window was walked through', () => {
    fc.assert(
      fc.property(closes, windows, fc.nat(80), (prices, sizes, skipped) => {
        const minutes = minutesOf(prices);
        const fromMs = START_MS + skipped * MINUTE_MS;
        const leadMs = Math.max(...sizes) * MINUTE_MS;
        const late = walk(
          minutes.filter(({ minuteMs }) => minuteMs >= fromMs - leadMs),
          sizes,
        );
        const of = (all: MinuteStatistics[]) => all.filter(({ minuteMs }) => minuteMs >= fromMs);
        expect(of(late)).toEqual(of(walk(minutes, sizes)));
      }),
    );
  });

  it('loses no digits of small noise on a large price', () => {
    const noise = Array.from({ length: 3_000 }, (_, n) => ((n * 7_919) % 101) / 64);
    const small = walk(minutesOf(noise.map((value) => value + 1)), [60, 1_440]).at(-1);
    const large = walk(minutesOf(noise.map((value) => value + 1e9)), [60, 1_440]).at(-1);
    for (const n of [0, 1]) {
      const [is, expected] = [large?.windows[n], small?.windows[n]];
      expect(Math.abs((is?.stddev ?? 0) / (expected?.stddev ?? 0) - 1)).toBeLessThan(1e-13);
      expect(Math.abs((is?.zscore ?? 0) - (expected?.zscore ?? 0))).toBeLessThan(1e-12);
      expect(is?.mean).toBeCloseTo(1e9 - 1 + (expected?.mean ?? 0), 6);
    }
  });

  it('walks through a year of minutes, whose last windows equal the definition', () => {
    const { candles } = readFortnight('BTC') ?? { candles: [] };
    const closes = Array.from({ length: 525_600 }, (_, n) => candles[n % candles.length]?.close as number);
    const minutes = minutesOf(closes);
    const statistics = new StatisticsWalk([60, 1_440]);
    let last: MinuteStatistics | undefined;
    for (const minute of minutes) last = statistics.add(minute);
    const end = minutes.slice(-1_441);
    for (const window of last?.windows ?? [])
      expectSame(window, byDefinition(end, end.at(-1) as MinuteClose, window.windowMinutes));
    expect(last?.windows.map(({ points }) => points)).toEqual([60, 1_440]);
  });
});
