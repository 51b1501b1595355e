import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { SIGNALS_IN_FLIGHT } from '../../src/activities/wakes';
import { until } from '../alerts';
import type { Stack } from '../stack';
import type { floorAlert } from './workflows';

export const FLOOR_QUEUE = 'bench-floor';
const IN_FLIGHT = 50;

/** Starts the floor's worker. */
export function startFloorWorker(stack: Stack) {
  return stack.start(join(__dirname, 'worker.ts'), {}, 'The floor is ready');
}

/** Starts one of the floor's workflows; answers its id, which is the message's, too. */
export async function startFloorAlert(stack: Stack, url: string): Promise<string> {
  const id = `floor-${randomUUID()}`;
  await stack.temporal.client.workflow.start<typeof floorAlert>('floorAlert', {
    taskQueue: FLOOR_QUEUE,
    workflowId: id,
    args: [{ url, id }],
  });
  return id;
}

/** Starts many, waits until they wait for their signal, and answers their ids. */
export async function startFloorAlerts(
  stack: Stack,
  count: number,
  url: string,
  say: (what: string) => void,
): Promise<string[]> {
  const limit = pLimit(IN_FLIGHT);
  let started = 0;
  const ids = await Promise.all(
    Array.from({ length: count }, () =>
      limit(async () => {
        const id = await startFloorAlert(stack, url);
        started += 1;
        if (started % 1_000 === 0) say(`${started} of ${count} of the floor's workflows started`);
        return id;
      }),
    ),
  );
  for (const id of ids) if (isSample(id)) await until(() => hasLooked(stack, id));
  for (const id of ids.slice(-IN_FLIGHT)) await until(() => hasLooked(stack, id));
  return ids;
}

/** Every sixteenth. */
const isSample = (id: string) => id.endsWith('0');

/** Whether a workflow has had its first turn and waits now. */
export async function hasLooked(stack: Stack, id: string): Promise<boolean> {
  const { events } = await stack.temporal.client.workflow.getHandle(id).fetchHistory();
  return (events ?? []).some((event) => event.workflowTaskCompletedEventAttributes);
}

/** Waits until no workflow runs that was signalled: what still completes would slow down what is measured next. */
export async function untilClosed(stack: Stack, workflowType: string): Promise<void> {
  const query = `WorkflowType = '${workflowType}' AND ExecutionStatus = 'Running'`;
  await until(async () => (await stack.temporal.client.workflow.count(query)).count === 0);
}

/** Signals them all, as many at a time as our own wakes. */
export async function signalFloorAlerts(stack: Stack, ids: string[]): Promise<void> {
  const limit = pLimit(SIGNALS_IN_FLIGHT);
  await Promise.all(ids.map((id) => limit(() => stack.temporal.client.workflow.getHandle(id).signal('go'))));
}
