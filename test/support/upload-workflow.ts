import { proxyActivities } from '@temporalio/workflow';
import type { UploadActivities, UploadHourResult } from '../../src/activities/upload';

const { uploadHour } = proxyActivities<UploadActivities>({
  startToCloseTimeout: '2m',
  heartbeatTimeout: '15s',
  retry: { initialInterval: '200ms', backoffCoefficient: 1 },
});

/** Nothing but the activity, tried again for as long as it fails. */
export async function uploadOneHour(input: { hourMs: number }): Promise<UploadHourResult> {
  return await uploadHour(input);
}
