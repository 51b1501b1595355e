import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { CheckResult } from '../activities/alerts';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';

/** What the `status` query answers. */
export type PriceAlertStatus =
  | { state: 'starting' }
  | {
      state: 'waiting';
      ticker: string;
      condition: string;
      target: string;
      lastPrice: string | null;
      nextCheckAt: string;
    }
  | { state: 'paused' }
  | { state: 'delivering'; deliveryId: string };

/** Says in the workflow's details what a sleeping alert waits for and when it looks next. */
export function describeWaiting(
  check: CheckResult & { state: 'waiting' | 'paused' },
  before: PriceAlertStatus,
): PriceAlertStatus {
  // An event in history each, so only when it changes.
  const pausedBefore = before.state === 'paused';
  if (pausedBefore !== (check.state === 'paused')) {
    upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.status, value: pausedBefore ? 'active' : 'paused' }]);
  }
  if (check.state === 'paused') {
    setCurrentDetails('**Paused.** It looks at no price until it is resumed.');
    return { state: 'paused' };
  }
  describeLine(check);
  const nextCheckAt = new Date(Date.now() + check.nextCheckMs).toISOString();
  const sign = check.condition === 'gt' ? '>' : '<';
  setCurrentDetails(
    [
      `**Waits for ${check.summary ?? `${check.ticker} ${sign} ${check.targetPrice}`}.**`,
      '',
      `- Last price: ${check.lastPrice ?? 'none yet'}`,
      `- Looks again by itself: ${nextCheckAt}`,
      '- A crossing wakes it at once.',
    ].join('\n'),
  );
  return {
    state: 'waiting',
    ticker: check.ticker,
    condition: check.condition,
    target: check.targetPrice,
    lastPrice: check.lastPrice,
    nextCheckAt,
  };
}

/** Changes the search attributes of an alert whose line was changed. */
function describeLine({ condition, targetPrice }: CheckResult & { state: 'waiting' }): void {
  const target = Number(targetPrice);
  const known = workflowInfo().typedSearchAttributes;
  if (known.get(SEARCH_ATTRIBUTES.target) === target && known.get(SEARCH_ATTRIBUTES.condition) === condition)
    return;
  upsertSearchAttributes([
    { key: SEARCH_ATTRIBUTES.target, value: target },
    { key: SEARCH_ATTRIBUTES.condition, value: condition },
  ]);
}

/** Says in the workflow's details that the alert fired. */
export function describeDelivering(deliveryId: string): PriceAlertStatus {
  setCurrentDetails(
    `**Fired.** Delivers \`${deliveryId}\`; the attempts are under Pending Activities and in history.`,
  );
  return { state: 'delivering', deliveryId };
}

/**
 * Lets operators search for it as fired. At once, this would cost Temporal a third of the whole firing; so it is done when its
 * attempts go on failing, or with the workflow's end.
 */
export function markFired(): void {
  if (workflowInfo().typedSearchAttributes.get(SEARCH_ATTRIBUTES.status) === 'fired') return;
  upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.status, value: 'fired' }]);
}
