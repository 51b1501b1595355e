import { proxyLocalActivities } from '@temporalio/workflow';
import type { AlertActivities } from '../activities/alerts';

/** An alert's look at its own row. */
export const { checkAlert } = proxyLocalActivities<AlertActivities>({
  startToCloseTimeout: '10s',
  // A longer pause becomes a timer in history instead of keeping the workflow task open.
  localRetryThreshold: '2s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '15s' },
});
