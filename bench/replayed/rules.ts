import { setImmediate as breathe } from 'node:timers/promises';
import { definitionOf } from '../../src/domain/metrics';
import { RULE_CONDITIONS, type Rule } from '../../src/domain/rule';
import {
  armed,
  interestOf,
  isOver,
  LONGEST_BREAK_MS,
  step,
  type WatchState,
} from '../../src/domain/rule-watch';
import { Choices, randomRule } from '../../test/support/random-rules';
import type { Prices } from '../publisher';
import { createRandom } from '../random';
import { type Course, coursesOf, priceOf } from './courses';

/** An alert with a rule, created right after a tick. */
export interface PlannedRule {
  afterTick: number;
  ticker: string;
  rule: Rule;
  /** Of its metric. */
  course: Course;
}

/** Who may fire every few minutes does so this often at most. */
const MOST_FIRINGS = 40;
const SELDOM_MS = 3_600_000;
const SAMPLES = 200;
/** Beside the plan of the plain alerts, which stays as it is. */
const OTHER_SEED = 0x5eed;
const TICKS_A_BREATH = 50;

/** Alerts on all metrics but the spread of sources, with all conditions, at random moments; the same for the same seed. */
export function planRules(ticks: Prices[], count: number, seed: number): PlannedRule[] {
  const choices = new Choices(createRandom(seed ^ OTHER_SEED));
  const known = coursesOf(ticks)
    .map((course) => ({ course, values: sampleOf(course) }))
    .filter(({ values }) => values.length > 1);
  const rules = Array.from({ length: count }, (_, n): PlannedRule => {
    const { course, values } = known[n % known.length] as (typeof known)[number];
    const turn = n + Math.floor(n / known.length);
    const condition = RULE_CONDITIONS[turn % RULE_CONDITIONS.length] as Rule['condition'];
    // Sums over a window may differ in their last digit, so that only the other metrics can be met to the digit.
    const mayTouch = !['zscore', 'volatility'].includes(definitionOf(course.metric).kind);
    const rule = randomRule(choices, { metric: course.metric, condition }, values, mayTouch);
    return {
      ...{ afterTick: choices.whole(0, ticks.length - 1), ticker: course.ticker, course },
      rule: { ...rule, repeat: withinReason(rule.repeat) },
    };
  });
  return rules.sort((a, b) => a.afterTick - b.afterTick);
}

function sampleOf({ values }: Course): number[] {
  const known = values.filter((value) => !Number.isNaN(value));
  const every = Math.max(1, Math.floor(known.length / SAMPLES));
  return [...known.filter((_, n) => n % every === 0)];
}

function withinReason(repeat: Rule['repeat']): Rule['repeat'] {
  if (repeat === null || repeat.maxFirings !== null || repeat.everyMs >= SELDOM_MS) return repeat;
  return { ...repeat, maxFirings: MOST_FIRINGS };
}

/** What becomes of an alert with a rule, in the words of `eventText`. */
export type Told = string[];

/** A firing, or the end of its condition, in words that two of the same have in common. */
export const eventText = (event: { type: string; number: number; atMs: number; price: number }) =>
  `${event.type} ${event.number} at ${new Date(event.atMs).toISOString()} with ${event.price}`;

/** An alert in the evaluation: where it stands, and which series a tick would read for it. */
interface Standing {
  plan: PlannedRule;
  state: WatchState;
  series: string;
  told: Told;
}

/**
 * What should become of each: a look at each of them at every tick that claims, whether anything concerns it or not.
 * @param timeOf a tick's time, Unix milliseconds
 */
export async function evaluateRules(
  plan: { ticks: Prices[]; unclaimed: boolean[]; rules: PlannedRule[] },
  timeOf: (tick: number) => number,
): Promise<Told[]> {
  const standings = plan.rules.map(
    (own): Standing => ({ plan: own, state: armed(own.rule, null), series: seriesOf(own), told: [] }),
  );
  const seen = new Map<string, { sinceMs: number; atMs: number }>();
  const courses = new Map(plan.rules.map((own) => [seriesOf(own), own.course]));
  let going: Standing[] = [];
  let created = 0;
  for (const [tick, prices] of plan.ticks.entries()) {
    if (!plan.unclaimed[tick]) going = lookAt(tick, prices);
    for (; plan.rules[created]?.afterTick === tick; created += 1) going.push(standings[created] as Standing);
    // Other rounds have their queries answered meanwhile.
    if (tick % TICKS_A_BREATH === 0) await breathe();
  }
  return standings.map(({ told }) => told);

  function lookAt(tick: number, prices: Prices): Standing[] {
    const atMs = timeOf(tick);
    // A series is seen in the ticks in which somebody waits for it, and its value is known.
    for (const series of new Set(going.map((standing) => standing.series))) {
      if (Number.isNaN(courses.get(series)?.values[tick] ?? 0)) continue;
      const before = seen.get(series);
      const isBroken = before === undefined || atMs - before.atMs > LONGEST_BREAK_MS;
      seen.set(series, { sinceMs: isBroken ? atMs : before.sinceMs, atMs });
    }
    return going.filter((standing) => {
      stepOn(standing, atMs, priceOf(prices, standing.plan.ticker), tick);
      return !isOver(standing.plan.rule, standing.state);
    });
  }

  function stepOn(standing: Standing, atMs: number, price: number, tick: number): void {
    const { rule, ticker, course } = standing.plan;
    const { base } = standing.state;
    const value = base !== null && atMs < base.untilMs ? price : (course.values[tick] as number);
    if (Number.isNaN(value)) return;
    const point = { value, price };
    const unbrokenSinceMs = seen.get(standing.series)?.sinceMs ?? atMs;
    const observation = { atMs, low: point, high: point, close: point, unbrokenSinceMs };
    const { state, events } = step(rule, standing.state, observation);
    standing.state = state;
    standing.series = seriesOf({ ticker, rule: { metric: interestOf(rule, state, atMs).metric } });
    for (const event of events) standing.told.push(eventText(event));
  }
}

const seriesOf = ({ ticker, rule }: { ticker: string; rule: Pick<Rule, 'metric'> }) =>
  `${ticker} ${rule.metric}`;
