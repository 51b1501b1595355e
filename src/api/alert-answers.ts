import type { AlertRow } from '../db/alerts';
import { type ActiveHours, writeClock } from '../domain/active-hours';
import { writeDuration } from '../domain/duration';
import type { Repeat, Rule } from '../domain/rule';
import { type MASKED, maskedHeaders, openHeaders } from '../webhooks/own-headers';
import type { SecretBox } from '../webhooks/secret-box';
import type { AlertInput } from './alert-body';
import type { AlertAnswer } from './answers/alerts';
import { toMessageAnswer } from './message-schema';

/** An alert as the API answers it: what goes beyond a plain one only where it is set. */
export function alertAnswer(alert: AlertRow, box: Pick<SecretBox, 'open'>): AlertAnswer {
  return {
    id: alert.id,
    ticker: alert.ticker,
    target_price: alert.target_price === null ? null : Number(alert.target_price),
    condition: alert.condition,
    webhook_url: alert.webhook_url,
    is_active: alert.status === 'active',
    status: alert.status,
    created_at: alert.created_at.toISOString(),
    triggered_at: alert.triggered_at?.toISOString() ?? null,
    triggered_price: alert.triggered_price === null ? null : Number(alert.triggered_price),
    ...(alert.rule && ruleAnswer(alert, alert.rule, box)),
  };
}

function ruleAnswer(alert: AlertRow, rule: Rule, box: Pick<SecretBox, 'open'>) {
  const {
    target_price: _,
    webhook_url: __,
    ticker: ___,
    condition: ____,
    message: _____,
    ...more
  } = bodyOf(alert);
  return {
    ...more,
    metric: rule.metric,
    ...(alert.suspended_at && { suspended_at: alert.suspended_at.toISOString() }),
    ...(alert.message && { message: toMessageAnswer(alert.message) }),
    ...(alert.headers !== null && {
      headers: maskedHeaders(openHeaders(box, alert.headers, alert.user_id)) as Record<string, typeof MASKED>,
    }),
    events: alert.events,
    firings: alert.firing_number,
  };
}

/** The body that makes such an alert, but for its own headers, whose values nobody is told. */
export function bodyOf(alert: AlertRow) {
  const {
    for: forMs,
    repeat,
    expires_at,
    snoozed_until,
    message,
    headers: _,
    target_price,
    ...rest
  } = inputOf(alert);
  return {
    ...rest,
    ...(target_price !== undefined && { target_price: Number(target_price) }),
    ...(forMs !== undefined && { for: writeDuration(forMs) }),
    ...(typeof repeat === 'object' && { repeat: { ...repeat, every: writeDuration(repeat.every) } }),
    ...(expires_at && { expires_at: expires_at.toISOString() }),
    ...(snoozed_until && { snoozed_until: snoozed_until.toISOString() }),
    ...(message && { message: toMessageAnswer(message) }),
  };
}

/** An alert as the fields of the body that would make it, but for its own headers. */
export function inputOf(alert: AlertRow): AlertInput {
  const base = { ticker: alert.ticker, condition: alert.condition };
  const urls =
    alert.more_urls.length > 0
      ? { webhook_urls: [alert.webhook_url, ...alert.more_urls] }
      : { webhook_url: alert.webhook_url };
  const { rule } = alert;
  if (rule === null) return { ...base, target_price: alert.target_price ?? undefined, ...urls };
  const [low, high] = rule.bounds;
  const bound =
    high !== undefined
      ? { range: [low, high] as [number, number] }
      : alert.target_price !== null
        ? { target_price: alert.target_price }
        : { threshold: low };
  return {
    ...base,
    ...(rule.metric !== 'price' && { metric: rule.metric }),
    ...bound,
    ...(rule.forMs > 0 && { for: rule.forMs }),
    ...(rule.repeat && { repeat: repeatInput(rule.repeat) }),
    ...(rule.activeHours && { active_hours: hoursInput(rule.activeHours) }),
    ...(alert.expires_at && { expires_at: alert.expires_at }),
    ...(alert.snoozed_until && { snoozed_until: alert.snoozed_until }),
    ...(alert.note !== null && { note: alert.note }),
    ...(alert.labels && { labels: alert.labels }),
    events: alert.events,
    ...(alert.message && { message: alert.message }),
    ...urls,
  };
}

const repeatInput = ({ everyMs, maxFirings, rearm, rebase }: Repeat) => ({
  every: everyMs,
  ...(maxFirings !== null && { max_firings: maxFirings }),
  ...(rearm !== null && { rearm }),
  ...(rebase && { rebase }),
});

const hoursInput = ({ fromMinute, toMinute, days, timeZone }: ActiveHours) => ({
  from: writeClock(fromMinute),
  to: writeClock(toMinute),
  days: [...days],
  time_zone: timeZone,
});
