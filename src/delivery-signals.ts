import type { Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { Config } from './config';
import { fallbackIntervals } from './domain/retry';
import { SEARCH_ATTRIBUTES } from './domain/search-attributes';
import { TASK_QUEUES } from './domain/task-queues';
import { alertWorkflowId } from './temporal';
import type { deliverMessage } from './workflows/deliver-message';

/** A delivery that has a workflow of its own. */
export interface OwnDelivery {
  /** `msg_…` */
  id: string;
  ownerId: string;
  /** How often it was asked to be made again; 0: it is made for the first time. */
  round: number;
}

/** The id of the workflow of a delivery that is made again, or that belongs to no alert. */
export const deliveryWorkflowId = ({ id, round }: Pick<OwnDelivery, 'id' | 'round'>) =>
  round === 0 ? `delivery-${id}` : `redelivery-${id}`;

/** The id of the workflow that makes a delivery in its present round. */
export function workflowIdOf(delivery: { id: string; alertId: string | null; round: number }): string {
  const { alertId, round } = delivery;
  return alertId !== null && round === 0 ? alertWorkflowId(alertId) : deliveryWorkflowId(delivery);
}

/** Has a delivery made by a workflow of its own. One that runs is told to look once more before it ends. */
export async function startDelivery(
  client: Client,
  webhook: Config['webhook'],
  delivery: OwnDelivery,
): Promise<void> {
  const { id, ownerId, round } = delivery;
  // By name: importing the workflow itself would load its code into this process.
  await client.workflow.signalWithStart<typeof deliverMessage, []>('deliverMessage', {
    taskQueue: TASK_QUEUES.alerts,
    workflowId: deliveryWorkflowId(delivery),
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
    staticSummary: round === 0 ? `Delivery of ${id}` : `Redelivery of ${id}`,
    typedSearchAttributes: new TypedSearchAttributes([{ key: SEARCH_ATTRIBUTES.owner, value: ownerId }]),
  });
}
