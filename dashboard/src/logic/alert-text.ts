import type { Alert, Condition } from '../api/types';
import { formatExact, plural } from './format';
import { METRICS } from './metrics';

/** What an alert, or a message of one, says of what it waits for. */
export type Waiting = Pick<Alert, 'ticker' | 'condition'> &
  Partial<Pick<Alert, 'target_price' | 'metric' | 'threshold' | 'range' | 'for'>>;

export const SIDES: Record<Condition, string> = {
  gt: 'above',
  lt: 'below',
  crosses_above: 'rises above',
  crosses_below: 'falls below',
  enters: 'comes into',
  leaves: 'leaves',
};

const FIRED: Record<Condition, string> = {
  gt: 'is above',
  lt: 'is below',
  crosses_above: 'rose above',
  crosses_below: 'fell below',
  enters: 'came into',
  leaves: 'left',
};

/** Whether an alert waits for higher values, for lower ones, or for either. */
export function direction(condition: Condition): 'up' | 'down' | 'either' {
  if (condition === 'gt' || condition === 'crosses_above') return 'up';
  return condition === 'lt' || condition === 'crosses_below' ? 'down' : 'either';
}

/** The threshold, or the two ends of the range, the lower one first. */
export function boundsOf({ target_price, threshold, range }: Partial<Waiting>): number[] {
  return range ?? [target_price ?? threshold].filter((bound) => typeof bound === 'number');
}

/** A figure of a metric to its last digit, with its unit and a true minus. */
export function formatValue(value: number, metric: Alert['metric'] = 'price'): string {
  const { sign } = METRICS[metric];
  return `${formatExact(value).replace('-', '−')}${sign && `\u00a0${sign}`}`;
}

/** The thresholds in words: `65,000`, `60,000 to 65,000`, `5 %` */
export const boundsText = (waiting: Waiting) =>
  boundsOf(waiting)
    .map((bound) => formatValue(bound, waiting.metric))
    .join(' to ');

/** `BTC above 65,000`, `BTC comes into 60,000 to 65,000`, `BTC change in 1 h above 5 % for 5 min` */
export const alertName = (waiting: Waiting) => sentence(waiting, SIDES);

/** `BTC is above 65,000`, `BTC came into 60,000 to 65,000` */
export const firedName = (waiting: Waiting) => sentence(waiting, FIRED);

function sentence(waiting: Waiting, words: Record<Condition, string>): string {
  const { ticker, metric = 'price', condition, for: span } = waiting;
  const parts = [ticker, METRICS[metric].name, words[condition], boundsText(waiting)];
  return [...parts, span && `for ${formatDuration(span)}`].filter(Boolean).join(' ');
}

/** A duration as the API writes it, `5m`, for people: `5 min`. */
export const formatDuration = (text: string) =>
  text.replace(/^([\d.]+)(\w+)$/, (_, count, unit) => `${count}\u00a0${unit === 'm' ? 'min' : unit}`);

/** How an alert goes on, when it may fire and until when; nothing of plain ones. */
export function termsOf(
  { metric, repeat, active_hours: hours, expires_at }: Alert,
  time: (at: string) => string,
) {
  return [
    repeat && repeatText(repeat, metric),
    hours && `${daysText(hours.days)}${hours.from}–${hours.to} in ${hours.time_zone}`,
    expires_at && `${Date.parse(expires_at) > Date.now() ? 'expires' : 'expired'} ${time(expires_at)}`,
  ].filter((text) => text !== undefined);
}

function repeatText(
  { every, max_firings, rearm, rebase }: NonNullable<Alert['repeat']>,
  metric: Alert['metric'],
): string {
  return [
    `again after ${formatDuration(every)}`,
    max_firings !== undefined && `${plural(max_firings, 'time')} at most`,
    rearm !== undefined && `once it is back by ${formatValue(rearm, metric)}`,
    rebase && 'counted from its last firing',
  ]
    .filter(Boolean)
    .join(', ');
}

const DAYS = { mon: 'Mon', tue: 'Tue', wed: 'Wed', thu: 'Thu', fri: 'Fri', sat: 'Sat', sun: 'Sun' } as const;
export const WEEKDAYS = Object.keys(DAYS) as (keyof typeof DAYS)[];
export const dayName = (day: keyof typeof DAYS) => DAYS[day];

function daysText(days: readonly (keyof typeof DAYS)[] = WEEKDAYS): string {
  if (days.length === WEEKDAYS.length) return '';
  const isRun = WEEKDAYS.join().includes(days.join()) && days.length > 2;
  const [first, last] = [days[0], days.at(-1)];
  if (isRun && first && last) return `${DAYS[first]}–${DAYS[last]} `;
  return `${days.map(dayName).join(', ')} `;
}
