import { randomUUID } from 'node:crypto';
import { NativeConnection, Worker } from '@temporalio/worker';
import { withChangedWorkflows } from '../support/changed-workflows';
import { quietRuntime } from '../support/stack';
import { createTestNamespace, type TestNamespace } from '../support/temporal';

/** More than one run makes, where it makes two. */
const DRAINS = 5;

let namespace: TestNamespace;
beforeAll(async () => {
  quietRuntime();
  namespace = await createTestNamespace();
});
afterAll(() => namespace?.close());

/** Has a worker with these workflows wake, by so many drains that each wake one. */
async function wake(codePath: string) {
  const connection = await NativeConnection.connect(namespace.config.connectionOptions);
  const taskQueue = randomUUID();
  let drains = 0;
  const worker = await Worker.create({
    ...{ connection, namespace: namespace.namespace, taskQueue },
    workflowBundle: { codePath },
    activities: {
      drainWakes: async () => {
        drains += 1;
        return { woken: 1, left: drains < DRAINS };
      },
    },
  });
  const workflowId = `wake-${taskQueue}`;
  try {
    return await worker.runUntil(async () => {
      const { client } = namespace;
      const handle = await client.workflow.start('wakeAlerts', { taskQueue, workflowId, args: [] });
      const result = await handle.result();
      const first = client.workflow.getHandle(workflowId, handle.firstExecutionRunId);
      const last = client.workflow.getHandle(workflowId);
      return { result, first: await first.fetchHistory(), last: await last.fetchHistory() };
    });
  } finally {
    await connection.close();
  }
}

const change = (before: string, after: string) => [{ file: 'wake-alerts.ts', before, after }];
const inOneRun = change("drains >= DRAINS_A_RUN && patched('drain-in-runs')", 'drains > 1_000');
const twoARun = change('DRAINS_A_RUN = 200', 'DRAINS_A_RUN = 2');

describe('a drain that goes on for hours', () => {
  it('goes on in new runs and loses count of nothing; one that was begun in a single run is replayed', async () => {
    const { first: old } = await withChangedWorkflows(inOneRun, wake);
    await withChangedWorkflows(twoARun, async (codePath) => {
      const { result, first, last } = await wake(codePath);
      expect(result).toEqual({ woken: DRAINS });
      expect(first.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes).toBeTruthy();
      expect(last.events?.at(-1)?.workflowExecutionCompletedEventAttributes).toBeTruthy();
      await Worker.runReplayHistory({ workflowBundle: { codePath } }, old);
    });
  }, 180_000);
});
