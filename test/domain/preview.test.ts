import { createRandom } from '../../bench/random';
import type { Candle } from '../../src/domain/metric-readers';
import { definitionOf, METRIC_NAMES, type Metric } from '../../src/domain/metrics';
import { type CandleSeries, ratioOf, type ValueSeries } from '../../src/domain/minute-series';
import {
  type PreviewFiring,
  type PreviewWish,
  previewOnCandles,
  previewOnValues,
  previewReachMs,
} from '../../src/domain/preview';
import { RULE_CONDITIONS, type Rule } from '../../src/domain/rule';
import { naiveFirings } from '../support/naive-alerts';
import { type NaiveView, naiveViews } from '../support/naive-metrics';
import { Choices, randomRule } from '../support/random-rules';
import { recordedMinutes } from '../support/recorded-views';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2021, 4, 1);
const SEED = Number(process.env.SEED ?? 20_210_510);

const seriesOf = (candles: readonly Candle[]): CandleSeries => ({
  minutesMs: Float64Array.from(candles, ({ minuteMs }) => minuteMs),
  open: Float64Array.from(candles, ({ open }) => open),
  high: Float64Array.from(candles, ({ high }) => high),
  low: Float64Array.from(candles, ({ low }) => low),
  close: Float64Array.from(candles, ({ close }) => close),
});

/** Some at a time. */
function* parts<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
}

const OF_CANDLES = METRIC_NAMES.filter((name) => !['ratio', 'spread'].includes(definitionOf(name).kind));
const told = ({ value, ...rest }: PreviewFiring) => ({ ...rest, value: value.toPrecision(8) });

describe('previewOnCandles(rule, wish)', () => {
  test.each(OF_CANDLES)('%s: finds what looking at every minute finds', (metric: Metric) => {
    const choices = new Choices(createRandom(SEED + METRIC_NAMES.indexOf(metric)));
    const reach = previewReachMs(metric) / MINUTE_MS;
    const count = 500;
    const candles = recordedMinutes(choices, 'ETH', choices.whole(0, 19_000 - reach - count), reach + count);
    const fromMs = (candles[0] as Candle).minuteMs + reach * MINUTE_MS;
    const minutes = candles.filter(({ minuteMs }) => minuteMs >= fromMs);
    const before = naiveViews(metric, candles, fromMs - MINUTE_MS)[0];
    const armedAt = before?.atMs === fromMs - MINUTE_MS ? before.close.value : null;
    const views = naiveViews(metric, candles, fromMs);
    const prices = naiveViews('price', minutes, fromMs) as NaiveView[];
    const values = views.flatMap((view) => (view ? [view.low.value, view.high.value] : []));
    let fired = 0;
    for (let n = 0; n < 30; n += 1) {
      const rule = randomRule(
        choices,
        { metric, condition: choices.of(RULE_CONDITIONS) },
        values,
        metric === 'price',
      );
      const snoozedUntilMs = choices.chance(0.2) ? fromMs + choices.whole(0, count) * MINUTE_MS : null;
      const toMs = fromMs + choices.whole(count / 2, count) * MINUTE_MS;
      const preview = previewOnCandles({ ...rule, tellsEnd: false }, { fromMs, toMs, snoozedUntilMs });
      for (const part of parts(candles, choices.whole(50, 5_000))) preview.take(seriesOf(part));
      const within = prices.filter(({ atMs }) => atMs < toMs);
      const rebaseMs = definitionOf(metric).windowMinutes * MINUTE_MS;
      const expected = naiveFirings(
        rule,
        views.slice(0, within.length),
        within,
        { armedAt, snoozedUntilMs },
        rebaseMs,
      );
      fired += expected.length;
      expect({ SEED, n, rule, firings: preview.firings.map(told) }).toEqual({
        ...{ SEED, n, rule },
        firings: expected.map(told),
      });
    }
    expect(fired).toBeGreaterThan(5);
  });

  const rule = (changes: Partial<Rule> = {}): Rule => ({
    ...{ metric: 'price', condition: 'gt', bounds: [100], forMs: 0 },
    ...{ repeat: null, activeHours: null, tellsEnd: false },
    ...changes,
  });
  const candle = (n: number, low: number, high: number, close: number): Candle => ({
    ...{ minuteMs: START_MS + n * MINUTE_MS, open: low, high, low, close },
  });
  const preview = (made: Rule, candles: Candle[], wish: Partial<PreviewWish> = {}) => {
    const whole = previewOnCandles(made, { fromMs: START_MS, toMs: START_MS + 1_000 * MINUTE_MS, ...wish });
    whole.take(seriesOf(candles));
    return whole;
  };
  const at = (n: number) => START_MS + n * MINUTE_MS;
  const cooled = (rearm: number | null = null) => ({
    everyMs: MINUTE_MS,
    maxFirings: null,
    rearm,
    rebase: false,
  });

  it('fires once at the extreme, and tells the minute in which it was over', () => {
    const candles = [
      candle(0, 90, 99, 95),
      candle(1, 95, 105, 104),
      candle(2, 101, 110, 108),
      candle(3, 97, 109, 98),
    ];
    const { firings, isDone } = preview(rule(), [...candles, candle(4, 90, 120, 110)]);
    expect(firings).toEqual([{ atMs: at(1), price: 105, value: 105, endedAtMs: at(3) }]);
    expect(isDone).toBe(true);
  });

  it('has a firing end in its own minute, whose close is back, and not end where it still holds', () => {
    const spike = preview(rule(), [candle(0, 90, 99, 95), candle(1, 95, 105, 99)]);
    expect(spike.firings).toEqual([{ atMs: at(1), price: 105, value: 105, endedAtMs: at(1) }]);
    const open = preview(rule(), [candle(0, 90, 99, 95), candle(1, 95, 105, 104)]);
    expect(open.firings).toMatchObject([{ endedAtMs: null }]);
    expect(open.isDone).toBe(false);
  });

  it('lets a crossing count from the minute after the one that arms it, as nobody knows which extreme came first', () => {
    const crossing = rule({ condition: 'crosses_above' });
    const { firings } = preview(crossing, [
      candle(0, 101, 110, 105),
      candle(1, 99, 110, 105),
      candle(2, 103, 107, 104),
    ]);
    expect(firings).toMatchObject([{ atMs: at(2), price: 107 }]);
  });

  it('arms a crossing by the close of the minute before, if that is there', () => {
    const crossing = rule({ condition: 'crosses_above' });
    const candles = [candle(0, 90, 110, 95), candle(1, 99, 110, 105)];
    expect(preview(crossing, candles, { fromMs: at(1) }).firings).toMatchObject([
      { atMs: at(1), price: 110 },
    ]);
    expect(preview(crossing, candles, { fromMs: at(2) }).firings).toEqual([]);
    expect(preview(crossing, candles.slice(1), { fromMs: at(1) }).firings).toEqual([]);
  });

  it('fires again once it has gone back far enough, and cooled', () => {
    const wave = [98, 102, 99, 102, 94, 102, 103].map((price, n) => candle(n, price, price, price));
    const repeated = (rearm: number | null) => preview(rule({ repeat: cooled(rearm) }), wave).firings;
    expect(repeated(5).map(({ atMs }) => atMs)).toEqual([at(1), at(5)]);
    expect(repeated(1).map(({ atMs }) => atMs)).toEqual([at(1), at(3), at(5)]);
    expect(repeated(null).map(({ atMs }) => atMs)).toEqual([at(1), at(3), at(5), at(6)]);
  });

  it('stops at the most firings that are wanted', () => {
    const wave = Array.from({ length: 20 }, (_, n) =>
      candle(n, 90 + 20 * (n % 2), 90 + 20 * (n % 2), 90 + 20 * (n % 2)),
    );
    const all = preview(rule({ repeat: cooled() }), wave);
    expect(all.firings).toHaveLength(10);
    expect(all.isTruncated).toBe(false);
    const some = preview(rule({ repeat: cooled() }), wave, { mostFirings: 3 });
    expect(some.firings).toEqual(all.firings.slice(0, 3));
    expect(some).toMatchObject({ isTruncated: true, isDone: true });
  });

  it('refuses a metric that is made of something else', () => {
    expect(() => preview(rule({ metric: 'spread' }), [])).toThrow(RangeError);
  });
});

describe('previewOnValues(rule, wish)', () => {
  const choices = new Choices(createRandom(SEED));
  const [base, quote] = ['ETH', 'BTC'].map((ticker) => recordedMinutes(choices, ticker, 2_000, 1_500)) as [
    Candle[],
    Candle[],
  ];
  const ratio = (): ValueSeries => ratioOf(seriesOf(base), seriesOf(quote));

  it('has the ratio of two tickers in the minutes that there are of both', () => {
    const { minutesMs, close, price } = ratio();
    const both = base.flatMap(({ minuteMs, close: first }) => {
      const other = quote.find((candle) => candle.minuteMs === minuteMs);
      return other ? [{ minuteMs, value: first / other.close, price: first }] : [];
    });
    expect(both.length).toBeLessThan(base.length);
    expect(Array.from(minutesMs, (minuteMs, n) => ({ minuteMs, value: close[n], price: price[n] }))).toEqual(
      both,
    );
  });

  it('finds what looking at every minute finds', () => {
    const series = ratio();
    const fromMs = (series.minutesMs[0] as number) + 100 * MINUTE_MS;
    const all = Array.from(series.minutesMs, (atMs, n): NaiveView => {
      const point = { value: series.close[n] as number, price: series.price[n] as number };
      return { atMs, low: point, high: point, close: point };
    });
    const views = all.filter(({ atMs }) => atMs >= fromMs);
    const armedAt = all.find(({ atMs }) => atMs === fromMs - MINUTE_MS)?.close.value ?? null;
    let fired = 0;
    for (let n = 0; n < 60; n += 1) {
      const condition = choices.of(RULE_CONDITIONS);
      const rule = randomRule(
        choices,
        { metric: 'ratio', condition },
        views.map(({ close }) => close.value),
        true,
      );
      const preview = previewOnValues(rule, { fromMs, toMs: Number.POSITIVE_INFINITY });
      preview.take(series);
      const expected = naiveFirings(rule, views, views, { armedAt, snoozedUntilMs: null }, 0);
      fired += expected.length;
      expect({ SEED, rule, firings: preview.firings }).toEqual({ SEED, rule, firings: expected });
    }
    expect(fired).toBeGreaterThan(100);
  });
});
