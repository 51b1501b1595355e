import { boundsOf, type MessageData } from './message-values';

/** A firing of an alert that has not fired yet: just beyond its threshold, or within its range. */
export function sampleOf(alert: MessageData): MessageData {
  const now = new Date().toISOString();
  const isPrice = (alert.metric ?? 'price') === 'price';
  const value = sampleValue(alert);
  return {
    type: 'alert.triggered',
    timestamp: now,
    alert_id: '00000000-0000-4000-8000-000000000000',
    triggered_at: now,
    firing_number: 1,
    value,
    triggered_price: isPrice ? value : 65_123.4,
    ...alert,
  };
}

function sampleValue(alert: MessageData): number {
  const [lower = 1, upper = lower] = boundsOf(alert);
  const step = Math.abs(lower) / 1_000 || 0.01;
  const isBelow = ['lt', 'crosses_below', 'leaves'].includes(String(alert.condition));
  const value = alert.condition === 'enters' ? (lower + upper) / 2 : lower + (isBelow ? -step : step);
  return Number(value.toPrecision(6));
}
