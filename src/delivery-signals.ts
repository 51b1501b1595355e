import { setTimeout } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { Config } from './config';
import { fallbackIntervals } from './domain/retry';
import { SEARCH_ATTRIBUTES } from './domain/search-attributes';
import { TASK_QUEUES } from './domain/task-queues';
import { GRPC, isRefusal } from './grpc-errors';
import type { deliverMessage } from './workflows/deliver-message';

/** Of `temporal.api.enums.v1.PendingActivityState`. */
const STARTED = 2;

/** A delivery that has a workflow of its own. */
export interface OwnDelivery {
  /** `msg_…` */
  id: string;
  ownerId: string;
  workflowId: string;
}

/** Has a delivery made by a workflow of its own. One that runs is told to look once more before it ends. */
export async function startDelivery(
  client: Client,
  webhook: Config['webhook'],
  delivery: OwnDelivery,
): Promise<void> {
  const { id, ownerId, workflowId } = delivery;
  // By name: importing the workflow itself would load its code into this process.
  await client.workflow.signalWithStart<typeof deliverMessage, []>('deliverMessage', {
    taskQueue: TASK_QUEUES.alerts,
    workflowId,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    priority: { fairnessKey: ownerId },
    signal: 'again',
    signalArgs: [],
    args: [
      {
        deliveryId: id,
        ownerId,
        retry: fallbackIntervals(webhook),
        attemptTimeoutMs: webhook.timeoutMs,
      },
    ],
    staticSummary: workflowId.startsWith('re') ? `Redelivery of ${id}` : `Delivery of ${id}`,
    typedSearchAttributes: new TypedSearchAttributes([{ key: SEARCH_ATTRIBUTES.owner, value: ownerId }]),
  });
}

/** How long an attempt whose outcome is recorded may take to be reported to Temporal: it is still under way there until then. */
const REPORTED_WITHIN_MS = 1_000;
const LOOK_EVERY_MS = 50;

/**
 * Ends the pause before a delivery's next attempt. An attempt that is under way is waited for a moment: were it reset, Temporal
 * would still make the pause that it asks for when it fails.
 * @param isWanted whether that attempt is still to come: who asks a moment later must not end the pause behind it, too
 * @returns false where no delivery waits in this workflow: it does not run, or has not come so far
 * @throws where an attempt is under way for longer
 */
export async function endPause(
  client: Client,
  workflowId: string,
  isWanted: () => Promise<boolean>,
): Promise<boolean> {
  const target = { namespace: client.options.namespace, execution: { workflowId } };
  try {
    const deadline = Date.now() + REPORTED_WITHIN_MS;
    let isUnderWay = await isAttempting(client, target);
    while (isUnderWay && Date.now() < deadline) {
      await setTimeout(LOOK_EVERY_MS);
      isUnderWay = await isAttempting(client, target);
    }
    if (!(await isWanted())) return true;
    if (isUnderWay) throw new Error('An attempt is under way that has no end yet');
    await client.workflowService.resetActivity({
      ...target,
      identity: 'pricehook retry-now',
      type: 'deliverWebhook',
      // What the attempts were stays in the heartbeat, for history.
      resetHeartbeat: false,
    });
    return true;
  } catch (error) {
    if (isRefusal(error, GRPC.notFound)) return false;
    throw error;
  }
}

async function isAttempting(
  client: Client,
  target: { namespace: string; execution: { workflowId: string } },
): Promise<boolean> {
  const { pendingActivities } = await client.workflowService.describeWorkflowExecution(target);
  return pendingActivities.some(
    ({ activityType, state }) => activityType?.name === 'deliverWebhook' && state === STARTED,
  );
}
