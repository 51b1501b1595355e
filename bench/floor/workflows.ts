import { condition, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';
import type { FloorActivities } from './activities';

export const go = defineSignal('go');

const { post } = proxyActivities<FloorActivities>({ startToCloseTimeout: '20s' });

/** The barest thing that Temporal can do of the kind: waits for a signal, sends one plain POST, and completes. */
export async function floorAlert(input: { url: string; id: string }): Promise<void> {
  let signalled = false;
  setHandler(go, () => {
    signalled = true;
  });
  await condition(() => signalled);
  await post(input);
}
