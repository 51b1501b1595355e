export type Condition = 'gt' | 'lt';
export const ALERT_STATUSES = ['active', 'paused', 'fired', 'expired'] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];

/** What an alert with a rule may tell beside its firings, by its owner's choice. */
export const ALERT_EVENTS = ['recovered', 'expired', 'suspended'] as const;
export type AlertEvent = (typeof ALERT_EVENTS)[number];

/** Whether a price lies beyond an alert's line: `gt` strictly above it, `lt` strictly below. */
export function evaluate(alert: { condition: Condition; targetPrice: number }, price: number): boolean {
  return alert.condition === 'gt' ? price > alert.targetPrice : price < alert.targetPrice;
}

export const MIN_CHECK_DELAY_MS = 15 * 60_000;
export const MAX_CHECK_DELAY_MS = 6 * 3_600_000;

/** The two-sided 1 % point of the normal distribution: a walk passes the line earlier in 1 % of cases. */
const Z = 2.5758;

/** For a ticker with too little history to measure: about what BTC moves in a lively minute. */
const DEFAULT_VOLATILITY = 0.001;

/**
 * How long an alert may sleep before its price is looked at again, in milliseconds.
 *
 * First passage of a driftless random walk (reflection principle): the chance to have passed a line at distance d
 * within t is 2·(1 − Φ(d / (σ·√t))), so t = (d / (σ·z))² is the time within which it happens in 1 % of cases.
 *
 * @param distance |ln(target / price)|
 * @param volatility standard deviation of the price's logarithm over one minute; null where it is not known
 */
export function nextCheckDelay(distance: number, volatility: number | null): number {
  const perMinute = volatility !== null && volatility > 0 ? volatility : DEFAULT_VOLATILITY;
  const minutes = (distance / (perMinute * Z)) ** 2;
  return Math.min(MAX_CHECK_DELAY_MS, Math.max(MIN_CHECK_DELAY_MS, Math.round(minutes * 60_000)));
}
