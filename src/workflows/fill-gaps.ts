import { proxyActivities } from '@temporalio/workflow';
import type { GapActivities } from '../activities/gaps';

const activities = proxyActivities<GapActivities>({
  startToCloseTimeout: '5m',
  heartbeatTimeout: '30s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});

/** Fetches the minutes in which nothing was published, and fires late what was crossed in them; one of these runs at a time. */
export async function fillGaps(): Promise<{ filled: number; fired: number }> {
  const sum = { filled: 0, fired: 0 };
  for (;;) {
    const { filled, fired, left } = await activities.fillGaps();
    sum.filled += filled;
    sum.fired += fired;
    if (!left) return sum;
  }
}
