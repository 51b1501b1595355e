import {
  CancellationScope,
  ChildWorkflowCancellationType,
  condition,
  continueAsNew,
  isCancellation,
  makeContinueAsNewFunc,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { RuleCheck } from '../activities/rule-checks';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { checkRule } from './alert-activities';
import { type DeliverMessageInput, deliverMessage } from './deliver-message';
import type { DeliveryOptions } from './delivery-activity';
import { changed, owed, type priceAlert, status, wake } from './price-alert';
import { sleepUnless } from './sleep';

const MAX_HISTORY_LENGTH = 4_000;

export interface WatchAlertInput extends DeliveryOptions {
  alertId: string;
}

export interface WatchAlertResult {
  /** `fired`: for the last time. */
  outcome: 'deleted' | 'expired' | 'fired';
}

/**
 * An alert with a rule: ticks decide when it fires, and it may do so again and again. This has each of its messages delivered by a
 * child, which fails alone, looks at its row when it is told to, and has it expire when its time has come.
 */
export async function watchAlert(input: WatchAlertInput): Promise<WatchAlertResult> {
  const begun = new Set<string>();
  let told: string[] = [];
  let deliveries = new CancellationScope();
  let stirred = false;
  let current: RuleCheck | undefined;
  setHandler(owed, (message: { deliveryId: string } | undefined) => {
    if (message?.deliveryId) told.push(message.deliveryId);
    stirred = true;
  });
  // Meant for `priceAlert`, where its row says so by now.
  setHandler(wake, () => {
    stirred = true;
  });
  setHandler(changed, () => {
    stirred = true;
  });
  setHandler(status, () => (current === undefined ? { state: 'starting' } : statusOf(current)));

  for (;;) {
    stirred = false;
    const check = await checkRule({ alertId: input.alertId });
    if (check.state === 'plain') return await goOnByItself();
    describe(check, current);
    current = check;
    const messages = new Set([...told, ...check.owed]);
    told = [];
    await Promise.all([...messages].filter((id) => !begun.has(id)).map(begin));
    if (check.state === 'deleted' || check.state === 'paused') {
      // They would find it out at their next attempt.
      deliveries.cancel();
      deliveries = new CancellationScope();
    }
    if (stirred) continue;
    if (check.state !== 'waiting' && check.state !== 'paused') return { outcome: check.state };
    if (historyIsLong()) await continueAsNew<typeof watchAlert>(input);
    const woken = () => stirred;
    if (check.state === 'paused') await condition(woken);
    else await sleepUnless(woken, check.nextCheckMs, () => false);
  }

  /** Its user has made it one that delivers by itself: the same workflow id goes on with another workflow. */
  async function goOnByItself(): Promise<never> {
    const goOn = makeContinueAsNewFunc<typeof priceAlert>({ workflowType: 'priceAlert' });
    return await goOn({ ...input, version: 2 });
  }

  async function begin(deliveryId: string): Promise<void> {
    begun.add(deliveryId);
    const { ownerId, retry, attemptTimeoutMs } = input;
    const args: [DeliverMessageInput] = [{ deliveryId, ownerId, retry, attemptTimeoutMs }];
    try {
      await deliveries.run(() =>
        startChild(deliverMessage, {
          workflowId: `delivery-${deliveryId}`,
          args,
          // It goes on when this run ends, and its failure is nobody else's.
          parentClosePolicy: ParentClosePolicy.ABANDON,
          cancellationType: ChildWorkflowCancellationType.TRY_CANCEL,
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          priority: { fairnessKey: ownerId },
          staticSummary: `Delivery of ${deliveryId}`,
          typedSearchAttributes: [{ key: SEARCH_ATTRIBUTES.owner, value: ownerId }],
        }),
      );
    } catch (error) {
      // It is being made already; or it was cancelled before it began.
      if (!isAlreadyStarted(error) && !isCancellation(error)) throw error;
    }
  }
}

/** The class of this error is in none of the packages that workflows import. */
const isAlreadyStarted = (error: unknown) =>
  error instanceof Error && error.name === 'WorkflowExecutionAlreadyStartedError';

function historyIsLong(): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength > MAX_HISTORY_LENGTH;
}

function statusOf(check: RuleCheck) {
  if (check.state === 'paused') return { state: 'paused' as const };
  const { ticker, condition: of, target, lastValue } = check;
  return {
    ...{ state: 'waiting' as const, ticker, condition: of, target: String(target), lastPrice: lastValue },
    nextCheckAt: new Date(Date.now() + check.nextCheckMs).toISOString(),
  };
}

/** Says in the workflow's details and search attributes what the alert waits for; an event in history each, so only when it changes. */
function describe(check: RuleCheck, before: RuleCheck | undefined): void {
  if (before !== undefined && before.summary === check.summary && before.state === check.state) return;
  const words = {
    ...{ waiting: 'Waits', paused: 'Paused', fired: 'Fired', expired: 'Expired', deleted: 'Deleted' },
    plain: 'Goes on',
  };
  setCurrentDetails(
    [
      `**${words[check.state]}: ${check.summary}**`,
      '',
      '- Every tick decides whether it fires; a firing wakes it at once.',
      '- Each of its messages is delivered by a child: see Relationships.',
    ].join('\n'),
  );
  const status = check.state === 'waiting' ? 'active' : check.state;
  const known = workflowInfo().typedSearchAttributes;
  if (known.get(SEARCH_ATTRIBUTES.status) === status && known.get(SEARCH_ATTRIBUTES.target) === check.target)
    return;
  upsertSearchAttributes([
    { key: SEARCH_ATTRIBUTES.status, value: status },
    { key: SEARCH_ATTRIBUTES.condition, value: check.condition },
    { key: SEARCH_ATTRIBUTES.target, value: check.target },
  ]);
}
