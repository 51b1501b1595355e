import { writeDuration } from './duration';
import type { Rule } from './rule';

const SIGNS = {
  gt: '>',
  lt: '<',
  crosses_above: 'crosses above',
  crosses_below: 'crosses below',
  enters: 'enters',
  leaves: 'leaves',
};

/** What an alert waits for, in a line: `BTC change_1h > 5 for 5m`. */
export function ruleText(ticker: string, { metric, condition, bounds, forMs }: Rule): string {
  const what = metric === 'price' ? ticker : `${ticker} ${metric}`;
  const span = forMs > 0 ? ` for ${writeDuration(forMs)}` : '';
  return `${what} ${SIGNS[condition]} ${bounds.join(' to ')}${span}`;
}
