import type { AsTyped } from '../api/routes';
import type { Alert, AlertChange, AlertEvent, Condition, Metric, NewAlert } from '../api/types';
import { boundsOf, WEEKDAYS } from '../logic/alert-text';
import { localTime } from '../logic/format';

/** What somebody has put into an alert's form: figures, durations and lists as they were typed, times as of this place. */
export interface AlertWish {
  ticker: string;
  /** Of a ratio: the ticker that the other one is priced in. */
  other: string;
  metric: Metric;
  condition: Condition;
  bound: string;
  low: string;
  high: string;
  for: string;
  repeats: boolean;
  every: string;
  maxFirings: string;
  rearm: string;
  rebase: boolean;
  hasHours: boolean;
  from: string;
  to: string;
  days: readonly (typeof WEEKDAYS)[number][];
  timeZone: string;
  expiresAt: string;
  snoozedUntil: string;
  note: string;
  /** A line each, as the next two. */
  labels: string;
  moreUrls: string;
  headers: string;
  /** Undefined: what is proposed. */
  url: string | undefined;
  events: readonly AlertEvent[];
  format: NonNullable<Alert['message']>['format'];
  template: string;
  chatId: string;
}

/** What alerts with a rule tell where nothing is said of it. */
const USUAL_EVENTS: readonly AlertEvent[] = ['expired', 'suspended'];

export const isRange = (condition: Condition) => condition === 'enters' || condition === 'leaves';
export const isChange = (metric: Metric) => metric.startsWith('change_');

export function newWish(ticker: string, bound: string, condition: Condition = 'gt'): AlertWish {
  return {
    ...{ ticker, other: '', metric: 'price', condition, bound, low: '', high: '', for: '' },
    ...{ repeats: false, every: '1h', maxFirings: '', rearm: '', rebase: false },
    ...{ hasHours: false, from: '09:00', to: '17:30', days: WEEKDAYS },
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...{ expiresAt: '', snoozedUntil: '', note: '', labels: '', moreUrls: '', headers: '' },
    ...{ url: undefined, events: USUAL_EVENTS, format: 'json', template: '', chatId: '' },
  };
}

/** What one would have put in for an alert as it is. */
export function wishOf(alert: Alert): AlertWish {
  const [ticker = '', other = ''] = alert.ticker.split('/');
  const { repeat, active_hours: hours, message, snoozed_until } = alert;
  const bounds = boundsOf(alert).map(String);
  const [low = '', high = ''] = isRange(alert.condition) ? bounds : [];
  const wish = newWish(ticker, isRange(alert.condition) ? '' : (bounds[0] ?? ''), alert.condition);
  return {
    ...wish,
    ...{ other, low, high, metric: alert.metric ?? 'price', for: alert.for ?? '' },
    ...(repeat && {
      ...{ repeats: true, every: repeat.every, rebase: repeat.rebase ?? false },
      ...{ maxFirings: String(repeat.max_firings ?? ''), rearm: String(repeat.rearm ?? '') },
    }),
    ...(hours && {
      ...{ hasHours: true, from: hours.from, to: hours.to },
      ...{ days: hours.days ?? WEEKDAYS, timeZone: hours.time_zone },
    }),
    expiresAt: alert.expires_at ? localTime(new Date(alert.expires_at)) : '',
    snoozedUntil: snoozed_until && isAhead(snoozed_until) ? localTime(new Date(snoozed_until)) : '',
    note: alert.note ?? '',
    labels: linesOf(alert.labels, '='),
    headers: linesOf(alert.headers, ': '),
    url: alert.webhook_url,
    moreUrls: (alert.webhook_urls ?? []).slice(1).join('\n'),
    events: alert.events ?? USUAL_EVENTS,
    ...(message && {
      ...{ format: message.format, template: message.template ?? '', chatId: message.chat_id ?? '' },
    }),
  };
}

export const isAhead = (time: string) => Date.parse(time) > Date.now();

const linesOf = (map: Readonly<Record<string, string>> = {}, between: string) =>
  Object.entries(map)
    .map(([name, value]) => `${name}${between}${value}`)
    .join('\n');

/** Bodies as the API takes them, but for figures that are none. */
export type AlertBody = AsTyped<NewAlert>;
export type ChangeBody = AsTyped<AlertChange>;

/**
 * The body that makes the alert. What is no figure stays as it was typed, so that the API says what is wrong with it.
 * @param proposedUrl where nobody has typed another one
 */
export function bodyOf(wish: AlertWish, proposedUrl = ''): AlertBody {
  const url = (wish.url ?? proposedUrl).trim();
  const more = lines(wish.moreUrls);
  const usual = [...wish.events].sort().join() === USUAL_EVENTS.join();
  return {
    ...watchedOf(wish),
    ...(wish.expiresAt && { expires_at: isoTime(wish.expiresAt) }),
    ...(wish.snoozedUntil && { snoozed_until: isoTime(wish.snoozedUntil) }),
    ...(wish.note.trim() && { note: wish.note.trim() }),
    ...(wish.labels.trim() && { labels: mapOf(wish.labels, '=') }),
    ...(!usual && { events: [...wish.events] }),
    ...messageOf(wish),
    ...(wish.headers.trim() && { headers: mapOf(wish.headers, ':') }),
    ...(more.length > 0 ? { webhook_urls: [url, ...more] } : { webhook_url: url }),
  };
}

/** What the alert waits for, and how it goes on: what can be tried on the past. */
export function watchedOf(wish: AlertWish): AlertBody {
  const { metric, condition, rebase } = wish;
  const bound = metric === 'price' ? 'target_price' : 'threshold';
  return {
    ticker: metric === 'ratio' ? `${wish.ticker}/${wish.other}` : wish.ticker,
    ...(metric !== 'price' && { metric }),
    condition,
    ...(isRange(condition)
      ? { range: [figure(wish.low), figure(wish.high)] }
      : { [bound]: figure(wish.bound) }),
    ...(wish.for.trim() && { for: wish.for.trim() }),
    ...(wish.repeats && {
      repeat: {
        every: wish.every.trim(),
        ...(wish.maxFirings.trim() && { max_firings: figure(wish.maxFirings) }),
        ...(wish.rearm.trim() && { rearm: figure(wish.rearm) }),
        ...(rebase && isChange(metric) && { rebase }),
      },
    }),
    ...(wish.hasHours && {
      active_hours: {
        ...{ from: wish.from, to: wish.to, time_zone: wish.timeZone.trim() },
        ...(wish.days.length < WEEKDAYS.length && { days: [...wish.days] }),
      },
    }),
  };
}

function messageOf({ format, template, chatId }: AlertWish): Pick<AlertBody, 'message'> {
  if (format === 'json' && template === '') return {};
  return {
    message: {
      format,
      ...(template !== '' && { template }),
      ...(format === 'telegram' && chatId.trim() && { chat_id: chatId.trim() }),
    },
  };
}

/** The figure in a text, or the text where it is none. */
export function figure(text: string): number | string {
  const plain = text.trim().replaceAll(',', '').replace('−', '-');
  const number = Number(plain);
  return plain !== '' && Number.isFinite(number) ? number : text.trim();
}

/** The figures that the alert waits for, as far as they are there. */
export function figuresOf({ condition, bound, low, high }: AlertWish): number[] {
  const texts = isRange(condition) ? [low, high] : [bound];
  return texts.map(figure).filter((value) => typeof value === 'number');
}

/** Whether it says more than a plain one, whose four fields are always seen. */
export const saysMore = (wish: AlertWish) =>
  Object.keys(bodyOf(wish)).some((name) => !PLAIN.includes(name)) || !['gt', 'lt'].includes(wish.condition);

const PLAIN = ['ticker', 'condition', 'target_price', 'webhook_url'];

/** Fields that take each other's place. */
const GROUPS = [
  ['target_price', 'threshold', 'range'],
  ['webhook_url', 'webhook_urls'],
];

/** The change that makes one body another: what is the same is left out, as is the ticker, which stays, and what is gone is null. */
export function changeOf(before: AlertBody, after: AlertBody): ChangeBody {
  const isReplaced = (name: string) =>
    GROUPS.some((group) => group.includes(name) && group.some((other) => other in after));
  const gone = Object.keys(before).filter((name) => !(name in after) && !isReplaced(name));
  const changed = Object.entries(after).filter(
    ([name, value]) =>
      name !== 'ticker' && JSON.stringify(value) !== JSON.stringify(before[name as keyof AlertBody]),
  );
  return { ...Object.fromEntries(gone.map((name) => [name, null])), ...Object.fromEntries(changed) };
}

const isoTime = (local: string) => new Date(local).toISOString();

const lines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function mapOf(text: string, between: '=' | ':'): Record<string, string> {
  return Object.fromEntries(
    lines(text).map((line) => {
      const at = line.indexOf(between);
      return at < 0 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}
