import type { AlertMessageType } from './delivery';
import type { Market } from './quote';
import type { Rule, RuleCondition } from './rule';
import type { WatchEvent } from './rule-watch';

/** What a message tells of an alert with a rule. */
export interface AlertFacts {
  id: string;
  ticker: string;
  condition: RuleCondition;
  /** US dollars, as a decimal; null where its threshold is none on the price. */
  targetPrice: string | null;
  rule: Rule;
  note: string | null;
  labels: Record<string, string> | null;
}

export interface MessageFacts {
  type: AlertMessageType;
  alert: AlertFacts;
  market: Market;
  nowMs: number;
  /** What became of its condition; absent in messages that tell of something else. */
  event?: WatchEvent;
  /** More of what it tells. */
  more?: Record<string, unknown>;
}

/** The body of an alert's message, as the webhook's JSON has it: a plain alert's fields first, and then what it says beyond them. */
export function messageData({
  type,
  alert,
  market,
  nowMs,
  event,
  more,
}: MessageFacts): Record<string, unknown> {
  const { metric, bounds } = alert.rule;
  const [low, high] = bounds;
  const at = event && new Date(event.atMs).toISOString();
  const target = alert.targetPrice === null ? {} : { target_price: Number(alert.targetPrice) };
  const bound = high === undefined ? { threshold: low } : { range: [low, high] };
  return {
    type,
    timestamp: new Date(nowMs).toISOString(),
    alert_id: alert.id,
    ticker: alert.ticker,
    ...(event?.type === 'fired' && { triggered_price: event.price }),
    condition: alert.condition,
    ...target,
    ...(event?.type === 'fired' && { triggered_at: at }),
    metric,
    ...bound,
    ...(event && { value: event.value, firing_number: event.number }),
    ...(event?.type === 'ended' && { price: event.price, ended_at: at }),
    ...more,
    ...(alert.note !== null && { note: alert.note }),
    ...(alert.labels && { labels: alert.labels }),
    ...(market === 'replay' && { simulated: true }),
  };
}
