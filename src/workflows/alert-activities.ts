import { proxyLocalActivities } from '@temporalio/workflow';
import type { AlertActivities } from '../activities/alerts';
import type { RuleCheckActivities } from '../activities/rule-checks';

/** An alert's look at its own row; `checkRule` is that of one with a rule. */
export const { checkAlert, checkRule } = proxyLocalActivities<AlertActivities & RuleCheckActivities>({
  startToCloseTimeout: '10s',
  // A longer pause becomes a timer in history instead of keeping the workflow task open.
  localRetryThreshold: '2s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '15s' },
});
