import fc from 'fast-check';
import { readFortnight } from '../../src/dev/exchanges/recordings';
import { type Anomaly, Detection, type DetectionState, detectAnomalies } from '../../src/domain/anomaly';
import type { AnomalyRule } from '../../src/domain/anomaly-rules';
import { MINUTE_MS, type MinuteStatistics, StatisticsWalk } from '../../src/domain/statistics';

const START_MS = Date.UTC(2021, 4, 1);
const CHANGE: AnomalyRule = { name: 'change_1h', metric: 'change', windowMinutes: 60, threshold: 5 };
const DAY_CHANGE: AnomalyRule = { name: 'change_24h', metric: 'change', windowMinutes: 1_440, threshold: 15 };
const ZSCORE: AnomalyRule = { name: 'zscore_24h', metric: 'zscore', windowMinutes: 1_440, threshold: 5 };
const OPTIONS = { rules: [CHANGE], cooldownMs: 10 * MINUTE_MS };

/** Minutes with these changes over an hour; null has none, and undefined is a missing minute. */
function minutesOf(changes: (number | null | undefined)[], points = 60): MinuteStatistics[] {
  return changes.flatMap((change, n) => {
    if (change === undefined) return [];
    const window = { windowMinutes: 60, points, mean: 100, stddev: 1, returns: 60, volatility: 0.01 };
    return [
      {
        minuteMs: START_MS + n * MINUTE_MS,
        close: 100 + n,
        windows: [{ ...window, change, zscore: change }],
      },
    ];
  });
}

/** Minutes from the first, in place of times. */
const inMinutes = (timeMs: number | null) => timeMs && (timeMs - START_MS) / MINUTE_MS;
const brief = ({ startedAtMs, endedAtMs, value, peak, peakAtMs }: Anomaly) => ({
  from: inMinutes(startedAtMs),
  to: inMinutes(endedAtMs),
  value,
  peak,
  at: inMinutes(peakAtMs),
});
const found = (changes: (number | null | undefined)[], options = OPTIONS) =>
  detectAnomalies(minutesOf(changes), options).anomalies.map(brief);

describe('detectAnomalies', () => {
  it('counts one from the first value beyond the threshold to the first back below, with its peak', () => {
    const { anomalies } = detectAnomalies(minutesOf([1, 5, 5.1, 7, 6.9, 4.6, 4.4, 1]), OPTIONS);
    expect(anomalies).toEqual([
      {
        ...{ rule: 'change_1h', windowMinutes: 60, threshold: 5, value: 5.1, price: 102, peak: 7 },
        startedAtMs: START_MS + 2 * MINUTE_MS,
        peakAtMs: START_MS + 3 * MINUTE_MS,
        endedAtMs: START_MS + 6 * MINUTE_MS,
      },
    ]);
  });

  it('takes falls as it takes rises, with their sign', () => {
    expect(found([-5.1, -8, -6, -4])).toEqual([{ from: 0, to: 3, value: -5.1, peak: -8, at: 1 }]);
  });

  it('is one for a value that goes up and down at the edge', () => {
    expect(found([6, 4.9, 5.1, 4.51, 5.2, 4.49])).toMatchObject([{ from: 0, to: 5 }]);
  });

  it('leaves one open that has not ended', () => {
    expect(found([6, 7, 5])).toMatchObject([{ from: 0, to: null, peak: 7 }]);
  });

  it('starts none within the cooldown, and one at its end where the value is beyond still', () => {
    const rest = new Array<number>(7).fill(0);
    expect(found([6, 0, 6, 0, ...rest, 6])).toMatchObject([{ from: 0 }, { from: 11 }]);
    expect(found([6, 0, 6, 0, ...rest])).toHaveLength(1);
    expect(found([6, 0, ...rest, 7, 8, 9, 8])).toMatchObject([{ from: 0 }, { from: 11, value: 9, peak: 9 }]);
  });

  it('takes a fall after a rise for another, at once', () => {
    expect(found([6, 0, -9, -3])).toMatchObject([
      { from: 0, to: 1 },
      { from: 2, to: 3, peak: -9 },
    ]);
    expect(found([6, -9, -3])).toMatchObject([
      { from: 0, to: 1, peak: 6 },
      { from: 1, to: 2, peak: -9 },
    ]);
  });

  it('ends none in a gap, but with the first value after it that is back below', () => {
    expect(found([6, undefined, null, 7, 1])).toMatchObject([{ from: 0, to: 4, peak: 7, at: 3 }]);
    expect(found([6, undefined, undefined, 1])).toMatchObject([{ from: 0, to: 3 }]);
    expect(found([6, undefined, null])).toMatchObject([{ to: null }]);
  });

  it('remembers nothing of one once its cooldown is over', () => {
    const calm = new Array<number>(20).fill(0);
    const stateAfter = (changes: number[]) => detectAnomalies(minutesOf(changes), OPTIONS).state;
    expect(stateAfter([6, ...calm])).toEqual(stateAfter([0, ...calm]));
    expect(stateAfter([6, 0, 0])).not.toEqual(stateAfter([0, 0, 0]));
  });

  it('believes z-scores of at least half a window only', () => {
    const options = { ...OPTIONS, rules: [{ ...CHANGE, name: 'zscore_1h', metric: 'zscore' as const }] };
    expect(detectAnomalies(minutesOf([6], 29), options).anomalies).toEqual([]);
    expect(detectAnomalies(minutesOf([6], 30), options).anomalies).toMatchObject([{ rule: 'zscore_1h' }]);
  });

  it('ends what is open when its rule is gone', () => {
    const { state } = detectAnomalies(minutesOf([6]), OPTIONS);
    const [, ...later] = minutesOf([6, 7, 7]);
    const { anomalies } = detectAnomalies(later, { ...OPTIONS, rules: [] }, state);
    expect(anomalies.map(brief)).toMatchObject([{ from: 0, to: 1 }]);
  });

  it('says which window is missing', () => {
    const options = { ...OPTIONS, rules: [DAY_CHANGE] };
    expect(() => detectAnomalies(minutesOf([1]), options)).toThrow('no statistics over 1440 minutes');
  });

  const value = fc.oneof(fc.double({ min: -10, max: 10, noNaN: true }), fc.constantFrom(null, undefined));
  const changes = fc.array(value, { maxLength: 60 });

  it('finds in pieces, and in pieces taken twice, what it finds in the whole', () => {
    fc.assert(
      fc.property(
        changes,
        fc.integer({ min: 1, max: 15 }),
        fc.integer({ min: 0, max: 20 }),
        (values, size, rest) => {
          const minutes = minutesOf(values);
          const options = { ...OPTIONS, cooldownMs: rest * MINUTE_MS };
          const stored = new Map<number, Anomaly>();
          let state: DetectionState = {};
          for (let from = 0; from < values.length; from += size) {
            const fromMs = START_MS + from * MINUTE_MS;
            const piece = minutes.filter(
              ({ minuteMs }) => minuteMs >= fromMs && minuteMs < fromMs + size * MINUTE_MS,
            );
            // The state goes through the database as JSON.
            const before = JSON.stringify(state);
            const result = detectAnomalies(piece, options, JSON.parse(before));
            expect(detectAnomalies(piece, options, JSON.parse(before))).toEqual(result);
            for (const anomaly of result.anomalies) stored.set(anomaly.startedAtMs, anomaly);
            state = result.state;
          }
          const whole = detectAnomalies(minutes, options);
          expect([...stored.values()]).toEqual(whole.anomalies);
          expect(state).toEqual(whole.state);
        },
      ),
    );
  });
});

describe('the recorded fortnight', () => {
  const detect = (ticker: string) => {
    const walk = new StatisticsWalk([60, 1_440]);
    const detection = new Detection({}, { rules: [CHANGE, DAY_CHANGE, ZSCORE], cooldownMs: 3_600_000 });
    for (const [n, { close }] of (readFortnight(ticker)?.candles ?? []).entries())
      detection.add(walk.add({ minuteMs: START_MS + n * MINUTE_MS, close }));
    return detection.result().anomalies;
  };

  it.each([
    ['BTC', -11.07, '2021-05-13T00:03'],
    ['ETH', -14.5, '2021-05-13T00:02'],
    ['SOL', -16.12, '2021-05-13T00:03'],
    ['DOGE', -26.48, '2021-05-09T04:17'],
  ])('has the largest fall of %s within an hour, %d %% at %s', (ticker, peak, at) => {
    const falls = detect(ticker).filter(({ rule }) => rule === 'change_1h');
    const deepest = falls.reduce((a, b) => (b.peak < a.peak ? b : a));
    expect(deepest.peak).toBeCloseTo(peak, 2);
    expect(new Date(deepest.peakAtMs).toISOString()).toBe(`${at}:00.000Z`);
  });

  it('has days of BTC in which nothing is found', () => {
    const days = new Set(detect('BTC').map(({ startedAtMs }) => new Date(startedAtMs).getUTCDate()));
    expect([...days].sort((a, b) => a - b)).toEqual([2, 4, 10, 12, 13]);
  });
});
