import { continueAsNew, patched, proxyActivities } from '@temporalio/workflow';
import type { WakeActivities } from '../activities/wakes';

const { drainWakes } = proxyActivities<WakeActivities>({
  startToCloseTimeout: '5m',
  heartbeatTimeout: '30s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10s' },
});

/** Six events each: as long as one user's flood trickles, for days if need be, no run's history may reach Temporal's limit. */
const DRAINS_A_RUN = 200;

export interface WakeAlertsInput {
  /** By the runs that this one continues. */
  woken?: number;
}

/** Tells the workflows of all claimed alerts that they fired; one of these runs at a time. */
export async function wakeAlerts(input: WakeAlertsInput = {}): Promise<{ woken: number }> {
  let woken = input.woken ?? 0;
  for (let drains = 1; ; drains += 1) {
    const drained = await drainWakes();
    woken += drained.woken;
    if (!drained.left) return { woken };
    if (drains >= DRAINS_A_RUN && patched('drain-in-runs')) await continueAsNew<typeof wakeAlerts>({ woken });
  }
}
