import { ActivityCancellationType, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { AlertActivities } from '../activities/alerts';
import type { WebhookActivities } from '../activities/webhooks';
import type { PriceAlertInput } from './price-alert';

/** Recording an attempt and its outcome comes on top of the request itself. */
const RECORDING_MS = 10_000;

/** The activities of one alert, with the retries and the fairness key that its input asks for. */
export function activitiesOfAlert(input: PriceAlertInput): AlertActivities & WebhookActivities {
  const { checkAlert } = proxyLocalActivities<AlertActivities>({
    startToCloseTimeout: '10s',
    // A longer pause becomes a timer in history instead of keeping the workflow task open.
    localRetryThreshold: '2s',
    retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '15s' },
  });
  const { deliverWebhook } = proxyActivities<WebhookActivities>({
    startToCloseTimeout: input.attemptTimeoutMs + RECORDING_MS,
    retry: {
      // Temporal refuses a policy whose first interval is longer than its longest.
      initialInterval: Math.min(input.retry.initialMs, input.retry.maximumMs),
      backoffCoefficient: 2,
      maximumInterval: input.retry.maximumMs,
    },
    // An attempt that is under way when its alert is deleted still has its outcome recorded.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    priority: { fairnessKey: input.ownerId },
  });
  return { checkAlert, deliverWebhook };
}
