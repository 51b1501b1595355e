import { createRandom } from '../../bench/random';
import { definitionOf, METRIC_NAMES, type Metric } from '../../src/domain/metrics';
import type { PreviewFiring } from '../../src/domain/preview';
import { RULE_CONDITIONS, type Rule, type RuleCondition } from '../../src/domain/rule';
import {
  armed,
  type Interest,
  interestOf,
  LONGEST_BREAK_MS,
  type Observation,
  seenMetric,
  step,
  type WatchEvent,
  type WatchState,
} from '../../src/domain/rule-watch';
import { isActive, naiveFirings } from '../support/naive-alerts';
import { Choices, randomRule } from '../support/random-rules';
import { recordedStretch, type Stretch } from '../support/recorded-views';

const MINUTE_MS = 60_000;
const SEED = Number(process.env.SEED ?? 20_210_513);

const rebaseMsOf = (metric: Metric) => definitionOf(metric).windowMinutes * MINUTE_MS;
const again = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** Through every minute, with the state written down and read again now and then. */
function runThrough(
  choices: Choices,
  rule: Rule,
  { observations, prices }: Stretch,
  { armedAt, snoozedUntilMs }: { armedAt: number | null; snoozedUntilMs: number | null },
): PreviewFiring[] {
  let state = armed(rule, armedAt);
  const firings: PreviewFiring[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  let unbrokenSinceMs = 0;
  for (const [n, observation] of observations.entries()) {
    const { atMs, low, high, close } = prices[n] as (typeof prices)[0];
    const seen = seenMetric(rule, state, atMs) === rule.metric ? observation : { atMs, low, high, close };
    if (seen === undefined) continue;
    if (atMs - lastMs > LONGEST_BREAK_MS) unbrokenSinceMs = atMs;
    lastMs = atMs;
    const stepped = step(rule, state, { ...seen, unbrokenSinceMs }, snoozedUntilMs);
    state = choices.chance(0.05) ? again(stepped.state) : stepped.state;
    for (const { type, price, value } of stepped.events) {
      if (type === 'fired') firings.push({ atMs, price, value, endedAtMs: null });
      else (firings.at(-1) as PreviewFiring).endedAtMs = atMs;
    }
  }
  return firings;
}

describe.each(METRIC_NAMES)('an alert on %s', (metric) => {
  const choices = new Choices(createRandom(SEED + METRIC_NAMES.indexOf(metric)));
  const stretch = recordedStretch(choices, metric, 500);
  const known = stretch.views.filter((view) => view !== undefined);
  const values = known.flatMap(({ low, high, close }) => [low.value, high.value, close.value]);
  const isExact = ['price', 'ratio', 'spread'].includes(metric);
  let fired = 0;

  test('is read as its formula has it', () => {
    expect(known.length).toBeGreaterThan(200);
    for (const [n, view] of stretch.views.entries()) {
      const seen = stretch.observations[n];
      if (view === undefined || seen === undefined) {
        expect(seen).toBe(view);
        continue;
      }
      for (const point of ['low', 'high', 'close'] as const) {
        const distance = Math.abs(seen[point].value - view[point].value);
        if (distance > 1e-9 * Math.max(1, Math.abs(view[point].value))) expect(seen).toEqual(view);
        if (seen[point].price !== view[point].price) expect(seen).toEqual(view);
      }
    }
  });

  test.each(RULE_CONDITIONS)('%s fires and ends when the whole of what was seen says so', (condition) => {
    for (let n = 0; n < 8; n += 1) {
      const rule = randomRule(choices, { metric, condition }, values, isExact);
      const first = stretch.prices[0]?.atMs as number;
      const wish = {
        armedAt: choices.chance(0.5) ? choices.of(values) : null,
        snoozedUntilMs: choices.chance(0.15) ? first + choices.whole(0, 500) * MINUTE_MS : null,
      };
      const found = runThrough(choices, rule, stretch, wish);
      const expected = naiveFirings(rule, stretch.views, stretch.prices, wish, rebaseMsOf(metric));
      fired += expected.length;
      const values_ = ({ value, ...rest }: PreviewFiring) => ({ ...rest, value: value.toPrecision(8) });
      expect({ SEED, rule, wish, firings: found.map(values_) }).toEqual({
        ...{ SEED, rule, wish },
        firings: expected.map(values_),
      });
    }
  });

  afterAll(() => {
    // Rules that never fire would prove nothing.
    expect({ metric, fired: fired > 30 }).toEqual({ metric, fired: true });
  });
});

/** Ticks on a coarse grid, so that values are often equal, with jumps and gaps; a change is one of the price. */
function randomTicks(choices: Choices, count: number): { price: Observation; own: Observation }[] {
  let atMs = Date.UTC(2021, 2, 27, 20);
  let place = 20;
  let unbrokenSinceMs = atMs;
  return Array.from({ length: count }, () => {
    const pauseMs = choices.chance(0.02) ? choices.whole(1, 400) * MINUTE_MS : choices.whole(1, 40) * 5_000;
    if (pauseMs > LONGEST_BREAK_MS) unbrokenSinceMs = atMs + pauseMs;
    atMs += pauseMs;
    if (choices.chance(0.05)) place = choices.whole(1, 40);
    else place = Math.min(40, Math.max(1, place + choices.whole(-2, 2)));
    const price = 90 + place * 0.5;
    const seen = (value: number) => {
      const point = { value, price };
      return { atMs, low: point, high: point, close: point, unbrokenSinceMs };
    };
    return { price: seen(price), own: seen(((price - 100) / 100) * 100) };
  });
}

const isConcerned = ({ above, below, dueAtMs }: Interest, { value }: { value: number }, atMs: number) =>
  (above !== null && above <= value) ||
  (below !== null && below >= value) ||
  (dueAtMs !== null && dueAtMs <= atMs);

/** As published ticks do: every alert at every one of them, or only those that an index finds. */
function runTicks(
  rule: Rule,
  ticks: readonly { price: Observation; own: Observation }[],
  { armedAt, snoozedAt }: { armedAt: number | null; snoozedAt: ReadonlyMap<number, number> },
  byIndex: boolean,
): { events: WatchEvent[]; state: WatchState; looks: number } {
  let state = armed(rule, armedAt);
  let snoozedUntilMs: number | null = null;
  let interest = interestOf(rule, state, (ticks[0] as (typeof ticks)[0]).own.atMs - 1_000);
  const events: WatchEvent[] = [];
  let looks = 0;
  for (const [n, { price, own }] of ticks.entries()) {
    const { atMs } = own;
    const until = snoozedAt.get(n);
    if (until !== undefined) {
      snoozedUntilMs = until;
      interest = interestOf(rule, state, atMs, snoozedUntilMs);
    }
    const { close } = interest.metric === rule.metric ? own : price;
    if (byIndex && !isConcerned(interest, close, atMs)) continue;
    looks += 1;
    const seen = seenMetric(rule, state, atMs) === rule.metric ? own : price;
    const stepped = step(rule, state, seen, snoozedUntilMs);
    events.push(...stepped.events);
    state = byIndex ? again(stepped.state) : stepped.state;
    interest = interestOf(rule, state, atMs, snoozedUntilMs);
  }
  return { events, state, looks };
}

describe.each(RULE_CONDITIONS)(
  'the index finds every tick that matters to %s',
  (condition: RuleCondition) => {
    test('whatever the rule, with equal values, jumps over a range, breaks and snoozes', () => {
      const choices = new Choices(createRandom(SEED ^ RULE_CONDITIONS.indexOf(condition)));
      const count = { all: 0, looks: 0, fired: 0 };
      for (let n = 0; n < 250; n += 1) {
        const ticks = randomTicks(choices, 300);
        const metric = choices.of(['price', 'change_1h', 'change_5m'] as const);
        const values = ticks.map(({ price, own }) => (metric === 'price' ? price : own).close.value);
        const drawn = randomRule(choices, { metric, condition }, values, true);
        const rule = { ...drawn, tellsEnd: choices.chance(0.7) };
        const shown = ticks.map(({ price, own }) => ({ price, own: metric === 'price' ? price : own }));
        const snoozedAt = new Map<number, number>();
        if (choices.chance(0.3)) {
          const at = choices.whole(0, 299);
          snoozedAt.set(at, (ticks[at] as (typeof ticks)[0]).own.atMs + choices.whole(1, 90) * MINUTE_MS);
        }
        const wish = { armedAt: choices.chance(0.7) ? choices.of(values) : null, snoozedAt };
        const all = runTicks(rule, shown, wish, false);
        const byIndex = runTicks(rule, shown, wish, true);
        const told = ({ events }: typeof all) =>
          events.filter(({ type }) => type === 'fired' || rule.tellsEnd);
        expect({ SEED, n, rule, events: told(byIndex) }).toEqual({ SEED, n, rule, events: told(all) });
        count.all += all.looks;
        count.looks += byIndex.looks;
        count.fired += all.state.firings;
      }
      expect(count.fired).toBeGreaterThan(300);
      // If it looked at everything, it would find everything.
      expect(count.looks).toBeLessThan(0.6 * count.all);
    });
  },
);

describe('an alert with a rule', () => {
  const choices = new Choices(createRandom(SEED));
  const runs = Array.from({ length: 300 }, () => {
    const condition = choices.of(RULE_CONDITIONS);
    const ticks = randomTicks(choices, 300);
    const values = ticks.map(({ price }) => price.close.value);
    const rule = randomRule(choices, { metric: 'price', condition }, values, true);
    const shown = ticks.map(({ price }) => ({ price, own: price }));
    const snoozedUntilMs = (ticks[0] as (typeof ticks)[0]).own.atMs + choices.whole(0, 200) * MINUTE_MS;
    const { events } = runTicks(
      rule,
      shown,
      { armedAt: null, snoozedAt: new Map([[0, snoozedUntilMs]]) },
      true,
    );
    const fired = events.filter(({ type }) => type === 'fired');
    return { rule, seen: shown.map(({ own }) => own), snoozedUntilMs, events, fired };
  });

  test('fires within its hours only, and never while it is snoozed', () => {
    for (const { rule, fired, snoozedUntilMs } of runs) {
      for (const { atMs } of fired) {
        expect(isActive(rule.activeHours, atMs)).toBe(true);
        expect(atMs).toBeGreaterThanOrEqual(snoozedUntilMs);
      }
    }
    expect(
      runs.filter(({ rule, fired }) => rule.activeHours !== null && fired.length > 0).length,
    ).toBeGreaterThan(10);
  });

  test('fires no sooner than its cooldown allows, and no more often than it may', () => {
    for (const { rule, fired } of runs) {
      expect(fired.length).toBeLessThanOrEqual(
        rule.repeat === null ? 1 : (rule.repeat.maxFirings ?? Infinity),
      );
      for (const [n, { atMs, number }] of fired.entries()) {
        expect(number).toBe(n + 1);
        if (n > 0)
          expect(atMs - (fired[n - 1] as WatchEvent).atMs).toBeGreaterThanOrEqual(rule.repeat?.everyMs ?? 0);
      }
    }
  });

  test('does not fire twice without going back as far as it must', () => {
    let pairs = 0;
    for (const { rule, seen, fired } of runs) {
      const { condition, repeat, bounds } = rule;
      if (repeat === null || repeat.rearm === null || repeat.rearm === 0) continue;
      const { rearm } = repeat;
      const [a, b = a] = bounds;
      for (const [n, { atMs }] of fired.entries()) {
        const before = fired[n - 1];
        if (before === undefined) continue;
        pairs += 1;
        const between = seen.filter((tick) => tick.atMs > before.atMs && tick.atMs < atMs);
        const isBack = between.some(({ close: { value } }) => {
          if (condition === 'gt' || condition === 'crosses_above') return value <= a - rearm;
          if (condition === 'lt' || condition === 'crosses_below') return value >= a + rearm;
          if (condition === 'enters') return value < a - rearm || value > b + rearm;
          return value >= a && value <= b;
        });
        expect({ rule, atMs, isBack }).toEqual({ rule, atMs, isBack: true });
      }
    }
    expect(pairs).toBeGreaterThan(10);
  });

  test('fires after a span only where it held at every tick of it, without a break', () => {
    let spans = 0;
    for (const { rule, seen, fired } of runs) {
      if (rule.forMs === 0) continue;
      for (const { atMs } of fired) {
        spans += 1;
        const until = seen.findIndex((tick) => tick.atMs === atMs);
        const from = seen.findLastIndex((tick) => tick.atMs <= atMs - rule.forMs);
        expect(from).toBeGreaterThanOrEqual(0);
        for (let n = from; n <= until; n += 1) {
          const { value } = (seen[n] as Observation).close;
          const [a, b = a] = rule.bounds;
          const holds = {
            gt: value > a,
            crosses_above: value > a,
            lt: value < a,
            crosses_below: value < a,
            enters: value >= a && value <= b,
            leaves: value < a || value > b,
          };
          expect(holds[rule.condition]).toBe(true);
          const pauseMs = (seen[n] as Observation).atMs - (seen[n - 1]?.atMs ?? Number.NEGATIVE_INFINITY);
          if (n > from) expect(pauseMs).toBeLessThanOrEqual(LONGEST_BREAK_MS);
        }
      }
    }
    expect(spans).toBeGreaterThan(10);
  });

  test('ends each firing at most once, and not before it', () => {
    for (const { events } of runs) {
      for (const [n, { type, number }] of events.entries()) {
        if (type === 'ended') expect(events[n - 1]).toMatchObject({ type: 'fired', number });
      }
    }
  });
});
