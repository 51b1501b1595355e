import { definitionOf, METRIC_NAMES, type Metric } from '../../src/domain/metrics';
import { RULE_CONDITIONS, type Rule } from '../../src/domain/rule';
import { armed, step } from '../../src/domain/rule-watch';
import { type Prices, TICKERS } from '../publisher';
import type { StandingRule } from './insert';

const MINUTE_MS = 60_000;

/** What the metrics of one ticker, or of a pair, were at a moment, Unix milliseconds. */
export interface Values {
  atMs: number;
  of(ticker: string, metric: Metric): { value: number; price: number };
}

/** Between `low` and `high` a metric stays; bounds lie outside of that, no farther than `least` and `most`. */
interface Zones {
  least: number;
  low: number;
  high: number;
  most: number;
}

/** Every ticker in that of the next. */
export const PAIRS = TICKERS.map((ticker, n) => `${ticker}/${TICKERS[(n + 1) % TICKERS.length]}`);

/** All that `waitingRule` makes alerts on. */
export const WATCHED: { ticker: string; metric: Metric }[] = METRIC_NAMES.flatMap((metric) =>
  (metric === 'ratio' ? PAIRS : TICKERS).map((ticker) => ({ ticker, metric })),
);

/**
 * The nth of alerts on all metrics with all conditions, some that hold on or repeat, that were looked at once and wait since:
 * nothing comes of them as long as prices move by less than `quiver` (0.01: a per cent), minute by minute as well. The nearest
 * that waits for a price above is the first one, twice as far away.
 */
export function waitingRule(n: number, quiver: number, values: Values): StandingRule {
  const { ticker, metric } = WATCHED[n % WATCHED.length] as (typeof WATCHED)[number];
  const round = Math.floor(n / WATCHED.length);
  const condition = RULE_CONDITIONS[(n + round) % RULE_CONDITIONS.length] as Rule['condition'];
  const { value, price } = values.of(ticker, metric);
  const { least, low, high, most } = zonesOf(metric, value, quiver);
  const share = (n * 0.6180339887498949) % 1;
  const [above, below] = [high + (most - high) * share, low - (low - least) * share];
  const bounds = {
    ...{ gt: [above], lt: [below], leaves: [below, above] },
    // Every other crossing is one that must go back first.
    crosses_above: [round % 12 < 6 ? above : below],
    crosses_below: [round % 12 < 6 ? below : above],
    enters: round % 12 < 6 ? [above, above + (most - high)] : [below - (low - least), below],
  } as const satisfies Record<Rule['condition'], readonly number[]>;
  const rule: Rule = {
    ...{ metric, condition, bounds: bounds[condition] as Rule['bounds'], activeHours: null },
    forMs: n % 3 === 1 ? 5 * MINUTE_MS : 0,
    repeat:
      n % 2 === 0
        ? null
        : {
            ...{ everyMs: 60 * MINUTE_MS, maxFirings: n % 9 < 4 ? 10 : null },
            ...{
              rearm: n % 7 === 0 ? 0 : null,
              rebase: definitionOf(metric).kind === 'change' && n % 11 < 5,
            },
          },
    tellsEnd: n % 4 === 3,
  };
  const point = { value, price };
  const seen = { atMs: values.atMs, low: point, high: point, close: point, unbrokenSinceMs: values.atMs };
  const { state, events } = step(rule, armed(rule, null), seen);
  if (events.length > 0) throw new Error(`It fires at once: ${JSON.stringify({ ticker, rule, value })}`);
  return { ticker, rule, state, seenAtMs: values.atMs };
}

/** By how much a metric may move is taken from what the prices' quivering makes of it, and a jump of twice as much. */
function zonesOf(metric: Metric, value: number, quiver: number): Zones {
  const percent = quiver * 100;
  switch (definitionOf(metric).kind) {
    case 'price':
      return relative(value, 2 * quiver, 0.2 + 2 * quiver);
    case 'ratio':
      return relative(value, 5 * quiver, 0.2 + 5 * quiver);
    case 'change':
      return { least: -20, low: -5 * percent, high: 5 * percent, most: 20 };
    case 'zscore':
      return { least: -20, low: -8, high: 8, most: 20 };
    case 'volatility':
      return relative(value, 0.5, 0.9);
    case 'drawdown':
      return { least: 0, low: value - 4 * percent, high: value + 4 * percent, most: value + 20 };
    case 'spread':
      return relative(value, 0.5, 0.9);
  }
}

const relative = (value: number, near: number, far: number): Zones => ({
  ...{ least: value * (1 - far), low: value * (1 - near) },
  ...{ high: value * (1 + near), most: value * (1 + far) },
});

/** Prices that quiver, each ticker in its own course. */
export function quivering(start: Prices, quiver: number, n: number): Prices {
  return Object.fromEntries(
    TICKERS.map((ticker, place) => [ticker, start[ticker] * (1 + quiver * Math.sin(n + place))]),
  ) as Prices;
}
