import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { ReconcileActivities, ReconcileResult } from '../activities/reconcile';

const { reconcile } = proxyActivities<ReconcileActivities>({
  startToCloseTimeout: '2m',
  // A worker that dies with it is noticed soon; the next reconciliation waits for this one.
  heartbeatTimeout: '10s',
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumAttempts: 5 },
});

/** Looks after alerts and deliveries that their own workflows should have looked after by now. */
export async function reconcileAlerts(): Promise<ReconcileResult> {
  const { startTime, lastResult } = workflowInfo();
  const last = lastResult as ReconcileResult | undefined;
  return await reconcile({ atMs: startTime.getTime(), lastAtMs: last?.atMs });
}
