import { proxyActivities } from '@temporalio/workflow';
import type { WakeActivities } from '../activities/wakes';

const { drainWakes } = proxyActivities<WakeActivities>({
  startToCloseTimeout: '5m',
  heartbeatTimeout: '30s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10s' },
});

/** Tells the workflows of all claimed alerts that they fired; one of these runs at a time. */
export async function wakeAlerts(): Promise<{ woken: number }> {
  let woken = 0;
  for (;;) {
    const drained = await drainWakes();
    woken += drained.woken;
    if (!drained.left) return { woken };
  }
}
