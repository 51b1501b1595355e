import { proxyActivities } from '@temporalio/workflow';
import type { NoticeActivities, SentNotices } from '../activities/notices';

const { sendNotices } = proxyActivities<NoticeActivities>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: '30s',
  // What is a day old is given up in its row, so that this ends.
  retry: { initialInterval: '10s', backoffCoefficient: 2, maximumInterval: '10m' },
});

/** Sends the messages to operators that are not sent yet; one of these runs at a time. */
export async function tellOperators(): Promise<SentNotices> {
  return await sendNotices();
}
