import { FORTNIGHT_STARTS_AT_MS, readFortnight } from '../../src/dev/exchanges/recordings';
import { StatisticsWalk } from '../../src/domain/statistics';
import { HOUR_MS, HourWalk } from '../../src/domain/statistics-hour';

const START_MS = Date.UTC(2021, 4, 1, 10);

/** The hours of closes that follow each other from ten minutes before the hour on; null is a gap. */
function hoursOf(closes: (number | null)[]) {
  const walk = new HourWalk();
  const hours = closes.flatMap((close, n) =>
    close === null ? [] : [walk.add({ minuteMs: START_MS + (n - 10) * 60_000, close })],
  );
  return [...hours, walk.end()].filter((hour) => hour !== undefined);
}

const steady = (count: number, close: number) => new Array<number>(count).fill(close);

describe('HourWalk', () => {
  it('sums up hours of the clock, with a change that reaches from end to end', () => {
    const [before, hour, after] = hoursOf([...steady(10, 100), ...steady(59, 200), 110, ...steady(1, 5)]);
    expect(before).toMatchObject({
      hourMs: START_MS - HOUR_MS,
      points: 10,
      close: 100,
      change: null,
      returns: 9,
    });
    expect(hour).toMatchObject({ hourMs: START_MS, points: 60, close: 110, mean: 198.5, returns: 60 });
    expect(hour?.change).toBeCloseTo(10, 12);
    expect(hour?.stddev).toBeCloseTo(Math.sqrt((59 * 1.5 ** 2 + 88.5 ** 2) / 59), 12);
    expect(hour?.volatility).toBeCloseTo(Math.hypot(Math.log(2), Math.log(110 / 200)), 12);
    expect(after).toMatchObject({ hourMs: START_MS + HOUR_MS, points: 1, stddev: null, change: null });
  });

  it.each([
    ['before the first', [...steady(9, 100), null, ...steady(60, 100)], 60, 59],
    ['at the end', [...steady(69, 100), null], 59, 59],
  ])('knows no change of an hour with a gap %s', (_, closes, points, returns) => {
    expect(hoursOf(closes)[1]).toMatchObject({ points, returns, change: null });
  });

  it('says of every recorded hour what a window of an hour says at its last minute', () => {
    const hourWalk = new HourWalk();
    const walk = new StatisticsWalk([60]);
    const minutes = (readFortnight('DOGE')?.candles ?? []).map(({ close }, n) => ({
      minuteMs: FORTNIGHT_STARTS_AT_MS + n * 60_000,
      close,
    }));
    const windows = minutes.map((minute) => walk.add(minute).windows[0]);
    const hours = [...minutes.map((minute) => hourWalk.add(minute)), hourWalk.end()].filter(
      (hour) => hour !== undefined,
    );
    expect(hours).toHaveLength(332);
    for (const [n, { hourMs, close, ...figures }] of hours.entries()) {
      const { windowMinutes, zscore, ...window } = windows[n * 60 + 59] ?? {};
      expect(figures).toEqual(window);
    }
  });

  it('makes no hour of no minutes', () => {
    expect(new HourWalk().end()).toBeUndefined();
    expect(
      hoursOf([...steady(10, 1), ...new Array<null>(120).fill(null), 1]).map(({ hourMs }) => hourMs),
    ).toEqual([START_MS - HOUR_MS, START_MS + 2 * HOUR_MS]);
  });
});
