import { CancellationScope, condition, sleep } from '@temporalio/workflow';

/**
 * Sleeps on a durable timer until its time has come or `woken` is true. Where `leave` is true then, the timer is left to end
 * with the workflow, which soon follows: cancelling it would be one event more.
 */
export async function sleepUnless(woken: () => boolean, ms: number, leave: () => boolean): Promise<void> {
  const timer = new CancellationScope();
  let over = false;
  const done = timer
    .run(() => sleep(ms))
    .then(
      () => {
        over = true;
      },
      () => {},
    );
  await condition(() => over || woken());
  if (over || leave()) return;
  timer.cancel();
  await done;
}
