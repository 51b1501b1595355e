import type { AlertChange } from '../db/alert-changes';
import type { AlertChangeInput, AlertInput } from './alert-body';

const BOUNDS = ['target_price', 'threshold', 'range'] as const;
const URLS = ['webhook_url', 'webhook_urls'] as const;

/** An alert's fields as a change leaves them: of those that stand for each other, the one that it names. */
export function changedInput(before: AlertInput, { paused: _, ...change }: AlertChangeInput): AlertInput {
  const kept = { ...before };
  for (const group of [BOUNDS, URLS])
    if (group.some((name) => change[name] !== undefined)) for (const name of group) delete kept[name];
  const named = Object.entries(change).filter(([, value]) => value !== undefined);
  const removed = named.filter(([, value]) => value === null).map(([name]) => name);
  const merged = Object.entries({ ...kept, ...Object.fromEntries(named) });
  return Object.fromEntries(merged.filter(([name]) => !removed.includes(name))) as AlertInput;
}

/** The change of a plain alert that stays one; undefined where it becomes one with a rule. */
export function plainChangeOf(change: AlertChangeInput): AlertChange | undefined {
  const { target_price, condition, webhook_url, paused, ...more } = change;
  if (Object.values(more).some((value) => value !== undefined && value !== null)) return undefined;
  if (condition !== undefined && condition !== 'gt' && condition !== 'lt') return undefined;
  return { targetPrice: target_price, condition, webhookUrl: webhook_url, paused };
}
