import { type Anomaly, Detection } from '../../src/domain/anomaly';
import { eventsIn, stateAfter } from '../../src/domain/anomaly-events';
import type { MinuteStatistics } from '../../src/domain/statistics';

const anomaly = (rule: string, startedAtMs: number, endedAtMs: number | null, value = 6): Anomaly => ({
  ...{ rule, windowMinutes: 60, threshold: 5, startedAtMs, endedAtMs },
  ...{ value, price: 100, peak: value * 2, peakAtMs: startedAtMs + 60_000 },
});

describe('eventsIn', () => {
  it('has what began or ended in the span, by time, then rule, ends before beginnings', () => {
    const anomalies = [
      anomaly('zscore_1h', 60_000, null),
      anomaly('change_1h', 120_000, 240_000),
      anomaly('change_1h', 0, 120_000, -6),
      anomaly('change_1h', 180_000, null),
    ];
    const events = eventsIn(anomalies, { fromMs: 60_000, toMs: 180_000 });
    expect(events.map(({ atMs, rule, event, value }) => [atMs, rule, event, value])).toEqual([
      [60_000, 'zscore_1h', 'started', 6],
      [120_000, 'change_1h', 'ended', -6],
      [120_000, 'change_1h', 'started', 6],
    ]);
  });
});

describe('stateAfter', () => {
  const RULE = { name: 'change_1h', metric: 'change' as const, windowMinutes: 60, threshold: 5 };
  const options = { rules: [RULE], cooldownMs: 600_000 };
  const minute = (n: number, change: number) =>
    ({ minuteMs: n * 60_000, close: 100, windows: [{ windowMinutes: 60, change }] }) as MinuteStatistics;
  // It goes up, recovers, is up again within the cooldown, falls, and stays there.
  const changes = [0, 6, 7, 1, 8, 8, -6, -9, -9, 0, 6, 6, 6, 6, 6, 6, 6, -7, -8];

  it('is what detection goes on from, wherever it is taken up', () => {
    const all = new Detection({}, options);
    for (const [n, change] of changes.entries()) all.add(minute(n, change));
    const whole = { fromMs: 0, toMs: changes.length * 60_000 };
    const events = eventsIn(all.result().anomalies, whole);
    expect(events.length).toBeGreaterThan(5);
    for (let from = 0; from < changes.length; from += 1) {
      const before = events.filter(({ atMs }) => atMs < from * 60_000);
      const rest = new Detection(stateAfter(before), options);
      for (let n = from; n < changes.length; n += 1) rest.add(minute(n, changes[n] as number));
      const span = { ...whole, fromMs: from * 60_000 };
      expect(eventsIn(rest.result().anomalies, span)).toEqual(events.slice(before.length));
    }
  });
});
