import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { WebhookActivities } from '../activities/webhooks';
import type { RetryIntervals } from '../domain/retry';

/** What a workflow that delivers is told at its start. */
export interface DeliveryOptions {
  ownerId: string;
  retry: RetryIntervals;
  /** The longest that one webhook request may take. */
  attemptTimeoutMs: number;
}

/** Recording an attempt and its outcome comes on top of the request itself. */
const RECORDING_MS = 10_000;

/** The activity that delivers, with the retries and the fairness key that a workflow was started with. */
export function deliveryActivity({ ownerId, retry, attemptTimeoutMs }: DeliveryOptions): WebhookActivities {
  return proxyActivities<WebhookActivities>({
    startToCloseTimeout: attemptTimeoutMs + RECORDING_MS,
    retry: {
      // Temporal refuses a policy whose first interval is longer than its longest.
      initialInterval: Math.min(retry.initialMs, retry.maximumMs),
      backoffCoefficient: 2,
      maximumInterval: retry.maximumMs,
    },
    // An attempt that is under way when its alert is deleted still has its outcome recorded.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    priority: { fairnessKey: ownerId },
  });
}
