import {
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  isCancellation,
  makeContinueAsNewFunc,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { CheckResult } from '../activities/alerts';
import type { DeliveryResult } from '../activities/webhooks';
import { checkAlert } from './alert-activities';
import { describeDelivering, describeWaiting, markFired, type PriceAlertStatus } from './alert-details';
import { type DeliveryOptions, deliveryActivity } from './delivery-activity';
import { givenUp } from './given-up';
import { sleepUnless } from './sleep';
import type { watchAlert } from './watch-alert';

const MAX_HISTORY_LENGTH = 8_000;

export interface PriceAlertInput extends DeliveryOptions {
  alertId: string;
  /** Absent in runs that 0.1 started: when they fire, they cancel their timer and say so in a search attribute at once. 3 is 2 here; see `WatchAlertInput`. */
  version?: 2 | 3;
}

export type PriceAlertResult =
  | { outcome: 'deleted' | 'expired' | 'cancelled' }
  /** Skipped: nothing is sent to an endpoint that was disabled; its user may ask for it later. */
  | { outcome: 'delivered' | 'skipped'; deliveryId: string };

/** The alert fired: this delivery is to be made. */
export const wake = defineSignal<[{ deliveryId: string }]>('wake');
/** A message of the alert is to be delivered by a child. */
export const owed = defineSignal<[{ deliveryId: string }]>('owed');
/** The alert's row was changed, or may have been: read it again. */
export const changed = defineSignal('changed');
/** The delivery's attempts fail; it is tried again. */
export const retrying = defineSignal('retrying');
/** What the alert waits for. */
export const status = defineQuery<PriceAlertStatus>('status');

/** Waits, on a durable timer and for signals, until a price crosses a user's line, and then calls their webhook. */
export async function priceAlert(input: PriceAlertInput): Promise<PriceAlertResult> {
  const { deliverWebhook } = deliveryActivity(input);
  let deliveryId: string | undefined;
  let stirred = false;
  const delivery = new CancellationScope();
  let delivering = false;
  let gone = false;
  let calledOff = false;
  let looking: Promise<void> | undefined;
  let current: PriceAlertStatus = { state: 'starting' };
  setHandler(wake, (firing: { deliveryId: string } | undefined) => {
    // Sent by hand without its input, it means no more than "look again".
    if (firing?.deliveryId) deliveryId ??= firing.deliveryId;
    else stirred = true;
  });
  setHandler(changed, () => {
    stirred = true;
    if (delivering) lookWhileDelivering();
  });
  // Its row may say by now that another workflow is to look after it.
  setHandler(owed, () => {
    stirred = true;
  });
  setHandler(retrying, () => {
    if (deliveryId !== undefined) markFired();
  });
  setHandler(status, () => current);

  while (deliveryId === undefined) {
    const check = await look();
    if (check.state === 'gone') return { outcome: check.hasExpired ? 'expired' : 'deleted' };
    if (check.state === 'rule') return await goOnWatching();
    if (check.state === 'fired') {
      if (check.deliveryStatus !== 'pending') return finished(check);
      deliveryId = check.deliveryId;
      break;
    }
    current = describeWaiting(check, current);
    await sleepUntilStirred(check);
    if (deliveryId === undefined && historyIsLong())
      await continueAsNew<typeof priceAlert>({ ...input, version: 3 });
  }
  const id = deliveryId;
  current = describeDelivering(id);
  if (input.version === undefined) markFired();
  let end: PriceAlertResult | { error: unknown };
  try {
    // Thousands do this at once, and each promise in a workflow costs a stack trace: here, and not in a function that is waited for.
    const { status } = await startDelivering();
    end = status === 'cancelled' ? { outcome: 'cancelled' } : { outcome: status, deliveryId: id };
  } catch (error) {
    end = { error };
  }
  delivering = false;
  if (looking !== undefined) await looking;
  markFired();
  if (!('error' in end)) return end;
  if (gone) return { outcome: 'deleted' };
  if (calledOff && isCancellation(end.error)) return { outcome: 'cancelled' };
  throw givenUp(id, end.error);

  /** Its user has made it one that delivers by children: the same workflow id goes on with another workflow. */
  async function goOnWatching(): Promise<never> {
    const { alertId, ownerId, retry, attemptTimeoutMs } = input;
    const goOn = makeContinueAsNewFunc<typeof watchAlert>({ workflowType: 'watchAlert' });
    return await goOn({ alertId, ownerId, retry, attemptTimeoutMs, version: 3 });
  }

  function look(): Promise<CheckResult> {
    stirred = false;
    return checkAlert({ alertId: input.alertId });
  }

  function sleepUntilStirred(check: CheckResult & { state: 'waiting' | 'paused' }): Promise<unknown> {
    const woken = () => deliveryId !== undefined || stirred;
    const sleepMs = check.state === 'paused' ? check.pausedForMs : check.nextCheckMs;
    if (sleepMs === undefined) return condition(woken);
    if (input.version === undefined) return condition(woken, sleepMs);
    return sleepUnless(woken, sleepMs, () => deliveryId !== undefined);
  }

  /** Delivers, unless the alert is deleted meanwhile. */
  function startDelivering(): Promise<DeliveryResult> {
    const result = delivery.run(() => deliverWebhook({ deliveryId: id }));
    delivering = true;
    if (stirred) lookWhileDelivering();
    return result;
  }

  function lookWhileDelivering(): void {
    looking ??= cancelWhenGone().finally(() => {
      looking = undefined;
    });
  }

  async function cancelWhenGone(): Promise<void> {
    while (stirred && delivering) {
      const check = await look();
      gone ||= check.state === 'gone';
      calledOff ||= check.state === 'fired' && check.deliveryStatus === 'cancelled';
      if (gone || calledOff) delivery.cancel();
    }
  }
}

/** Temporal suggests a new run at 4,096 events; a server that is set otherwise must not bring an alert to its limit. */
function historyIsLong(): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength > MAX_HISTORY_LENGTH;
}

function finished(check: CheckResult & { state: 'fired' }): PriceAlertResult {
  const { deliveryId, deliveryStatus } = check;
  if (deliveryStatus === 'delivered' || deliveryStatus === 'skipped')
    return { outcome: deliveryStatus, deliveryId };
  if (deliveryStatus === 'cancelled') return { outcome: 'cancelled' };
  throw givenUp(deliveryId, undefined);
}
