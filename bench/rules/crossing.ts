import { definitionOf, METRIC_NAMES, type Metric } from '../../src/domain/metrics';
import type { Repeat, Rule, RuleCondition } from '../../src/domain/rule';
import { armed } from '../../src/domain/rule-watch';
import type { StandingRule } from './insert';

/** The price of the first ticker doubles, after days in which it lay still; that of the other stays. US dollars. */
export interface Doubling {
  ticker: string;
  from: number;
  other: { ticker: string; price: number };
}

/** How far a range reaches beyond the threshold, in what the metric moves by. */
const RANGE = 20;
/** All that one source tells. */
const METRICS = METRIC_NAMES.filter((metric) => metric !== 'spread');
const CONDITIONS: Record<'rises' | 'falls', RuleCondition[]> = {
  rises: ['gt', 'crosses_above', 'enters', 'leaves'],
  falls: ['lt', 'crosses_below', 'enters', 'leaves'],
};

/** The nth of alerts on all metrics that a price's doubling moves, with all conditions that it makes come true; nobody has looked at it. */
export function crossingRule(n: number, doubling: Doubling, repeat: Repeat | null): StandingRule {
  const metric = METRICS[n % METRICS.length] as Metric;
  const [before, after] = movesBy(metric, doubling);
  const conditions = CONDITIONS[after > before ? 'rises' : 'falls'];
  const condition = conditions[Math.floor(n / METRICS.length) % conditions.length] as RuleCondition;
  const [threshold, reach] = [(before + after) / 2, RANGE * (after - before)];
  const range = [threshold, condition === 'enters' ? threshold + reach : threshold - reach];
  const isRange = condition === 'enters' || condition === 'leaves';
  const rule: Rule = {
    ...{ metric, condition, forMs: 0, repeat, activeHours: null, tellsEnd: false },
    bounds: isRange ? [Math.min(...range), Math.max(...range)] : [threshold],
  };
  const ticker = metric === 'ratio' ? `${doubling.ticker}/${doubling.other.ticker}` : doubling.ticker;
  return { ticker, rule, state: armed(rule, null), seenAtMs: 0 };
}

/** From about which value to which one, with the candles of `storeQuiveringDays`. */
function movesBy(metric: Metric, { from, other }: Doubling): [number, number] {
  switch (definitionOf(metric).kind) {
    case 'change':
      return [0, 100];
    case 'zscore':
      // Nothing lies farther from a mean of 60 values that it is one of than 7.6.
      return [0, 7];
    case 'volatility':
      return [5, 70];
    case 'drawdown':
      return [5, 0];
    case 'ratio':
      return [from / other.price, (2 * from) / other.price];
    default:
      return [from, 2 * from];
  }
}
