import {
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowCancellationType,
  ChildWorkflowFailure,
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
  /** Messages that the run before was told of last. */
  told?: string[];
  /** Before 3, what it is told of waits for its next look. */
  version?: 2 | 3;
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
  /** Messages whose children run, or have ended by themselves. */
  const begun = new Set<string>();
  /** Those that were being delivered already. */
  const elsewhere = new Set<string>();
  let told = input.told ?? [];
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
    // Rows say whether a message may be sent, so that none need wait for a look.
    if (input.version === 3) await beginTold();
    const check = await checkRule({ alertId: input.alertId });
    if (check.state !== 'plain') {
      describe(check, current);
      current = check;
    }
    if (check.state === 'deleted' || check.state === 'paused') {
      // They would find it out at their next attempt. Not those that it was told of meanwhile: it may watch again by now.
      deliveries.cancel();
      deliveries = new CancellationScope();
    }
    await beginTold(check.owed.filter((id) => !elsewhere.has(id)));
    // However much it is told, no run's history may reach Temporal's limit.
    if (historyIsLong() && isLasting(check.state))
      await continueAsNew<typeof watchAlert>({ ...input, told, version: 3 });
    if (stirred) continue;
    if (check.state === 'plain') return await goOnByItself();
    if (!isLasting(check.state)) return { outcome: check.state };
    const woken = () => stirred;
    const sleepMs = check.state === 'paused' ? check.pausedForMs : check.nextCheckMs;
    if (sleepMs === undefined) await condition(woken);
    else await sleepUnless(woken, sleepMs, () => false);
  }

  /** Has what it was told of delivered, and others. Told of one again, it may be that its delivery was ended by force. */
  async function beginTold(others: string[] = []): Promise<void> {
    const messages = new Set([...told, ...others]);
    told = [];
    await Promise.all([...messages].filter((id) => !begun.has(id)).map(begin));
  }

  /** Its user has made it one that delivers by itself: the same workflow id goes on with another workflow. */
  async function goOnByItself(): Promise<never> {
    const { alertId, ownerId, retry, attemptTimeoutMs } = input;
    const goOn = makeContinueAsNewFunc<typeof priceAlert>({ workflowType: 'priceAlert' });
    return await goOn({ alertId, ownerId, retry, attemptTimeoutMs, version: 3 });
  }

  async function begin(deliveryId: string): Promise<void> {
    begun.add(deliveryId);
    const { ownerId, retry, attemptTimeoutMs } = input;
    const args: [DeliverMessageInput] = [{ deliveryId, ownerId, retry, attemptTimeoutMs }];
    try {
      const child = await deliveries.run(() =>
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
      // One that was ended by force has left its message owed.
      child.result().catch((error: unknown) => {
        if (isByForce(error)) begun.delete(deliveryId);
      });
    } catch (error) {
      // It is being made already; or it was cancelled before it began.
      if (!isAlreadyStarted(error) && !isCancellation(error)) throw error;
      begun.delete(deliveryId);
      if (isAlreadyStarted(error)) elsewhere.add(deliveryId);
    }
  }
}

/** The class of this error is in none of the packages that workflows import. */
const isAlreadyStarted = (error: unknown) =>
  error instanceof Error && error.name === 'WorkflowExecutionAlreadyStartedError';

const isByForce = (error: unknown) =>
  error instanceof ChildWorkflowFailure && !(error.cause instanceof ApplicationFailure);

const isLasting = (state: RuleCheck['state']) => state === 'waiting' || state === 'paused';

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
