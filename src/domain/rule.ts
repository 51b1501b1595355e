import type { ActiveHours } from './active-hours';
import type { Metric } from './metrics';

export const RULE_CONDITIONS = ['gt', 'lt', 'crosses_above', 'crosses_below', 'enters', 'leaves'] as const;
export type RuleCondition = (typeof RULE_CONDITIONS)[number];

/** The conditions on a range of two numbers; the others have one threshold. */
export const RANGE_CONDITIONS: ReadonlySet<RuleCondition> = new Set(['enters', 'leaves']);

/** How an alert goes on after it has fired. */
export interface Repeat {
  /** The shortest time from one firing to the next, milliseconds. */
  everyMs: number;
  /** After so many it has fired for good; null: never. */
  maxFirings: number | null;
  /** How far back beyond the threshold the metric must go before it may fire again; null: it fires again while it still holds. */
  rearm: number | null;
  /** A change counts from the price at which it fired, for as long as that is younger than the metric's window. */
  rebase: boolean;
}

/** What an alert waits for. Thresholds are in the metric's unit. */
export interface Rule {
  metric: Metric;
  condition: RuleCondition;
  /** One number, or the two ends of a range, the lower first. */
  bounds: readonly [number] | readonly [number, number];
  /** It must hold for so long before it fires, milliseconds. */
  forMs: number;
  /** Null: it fires once. */
  repeat: Repeat | null;
  /** Null: always. */
  activeHours: ActiveHours | null;
  /** Whether its user is told when the condition ends. */
  tellsEnd: boolean;
}

/** What a plain alert waits for, as a rule. */
export function plainRule({
  condition,
  targetPrice,
}: {
  condition: RuleCondition;
  targetPrice: string | null;
}): Rule {
  return {
    ...{ metric: 'price', condition, bounds: [Number(targetPrice)], forMs: 0 },
    ...{ repeat: null, activeHours: null, tellsEnd: false },
  };
}

/**
 * Whether an alert has its messages delivered by children of its workflow, since there may be several at once: where it goes on
 * after a firing, or calls more than one URL. In SQL: `byChildren` in alert-workflow-kind.ts.
 */
export function deliversByChildren({ repeat }: Rule, urls: readonly string[]): boolean {
  return repeat !== null || urls.length > 1;
}

/** The least and the greatest value of a metric in one observation; of a tick, both are the same. */
export interface Extent {
  low: number;
  high: number;
}

/** Whether a condition comes true by getting there, and so must be seen elsewhere first. */
export function isCrossing({ condition }: Pick<Rule, 'condition'>): boolean {
  return condition !== 'gt' && condition !== 'lt';
}

/** Whether a rule's condition holds at some value between these: strictly beyond a threshold, within a range or on its ends, or outside of it. */
export function holdsSomewhere({ condition, bounds: [a, b = a] }: Rule, { low, high }: Extent): boolean {
  switch (condition) {
    case 'gt':
    case 'crosses_above':
      return high > a;
    case 'lt':
    case 'crosses_below':
      return low < a;
    case 'enters':
      return low <= b && high >= a;
    case 'leaves':
      return low < a || high > b;
  }
}

/** Whether a rule's condition holds at all values between these. */
export function holdsThroughout({ condition, bounds: [a, b = a] }: Rule, { low, high }: Extent): boolean {
  switch (condition) {
    case 'gt':
    case 'crosses_above':
      return low > a;
    case 'lt':
    case 'crosses_below':
      return high < a;
    case 'enters':
      return low >= a && high <= b;
    case 'leaves':
      return high < a || low > b;
  }
}

/** Whether a metric is back on the other side at some value between these, and by at least `distance`. */
export function isBackSomewhere(rule: Rule, distance: number, { low, high }: Extent): boolean {
  const [a, b] = backBounds(rule, distance);
  switch (rule.condition) {
    case 'gt':
    case 'crosses_above':
      return low <= a;
    case 'lt':
    case 'crosses_below':
      return high >= a;
    case 'enters':
      return low < a || high > b;
    case 'leaves':
      return low <= b && high >= a;
  }
}

/** The values between which a metric is back by a distance; of a range that is narrower than four times that, the middle half. */
export function backBounds({ condition, bounds: [a, b = a] }: Rule, distance: number): [number, number] {
  switch (condition) {
    case 'gt':
    case 'crosses_above':
      return [a - distance, a - distance];
    case 'lt':
    case 'crosses_below':
      return [a + distance, a + distance];
    case 'enters':
      return [a - distance, b + distance];
    case 'leaves': {
      const inside = Math.min(distance, (b - a) / 4);
      return [a + inside, b - inside];
    }
  }
}
