import { writeClock } from './active-hours';
import { writeDuration } from './duration';
import type { Rule, RuleCondition } from './rule';

/** A condition between what is watched and its threshold or range. */
export const SIGNS: Record<RuleCondition, string> = {
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

/** The same with how it goes on and when it may fire: `BTC change_1h > 5 for 5m, every 1h, 2 times at most`. */
export function wholeRuleText(ticker: string, rule: Rule): string {
  const { repeat, activeHours: hours } = rule;
  return [
    ruleText(ticker, rule),
    ...(repeat === null ? [] : [`every ${writeDuration(repeat.everyMs)}`]),
    ...(repeat === null || repeat.maxFirings === null ? [] : [`${repeat.maxFirings} times at most`]),
    ...(hours === null
      ? []
      : [`from ${writeClock(hours.fromMinute)} to ${writeClock(hours.toMinute)} in ${hours.timeZone}`]),
  ].join(', ');
}
