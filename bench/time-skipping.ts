import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import type { AlertActivities } from '../src/activities/alerts';
import { findTestServer } from '../src/dev/temporal-binary';
import { TASK_QUEUES } from '../src/domain/task-queues';
import { registerSearchAttributes } from '../src/namespace';

export type Events = temporal.api.history.v1.IHistoryEvent[];

let isQuiet = false;

/** The test server lacks what the SDK then warns of; the runtime can be installed once a process. */
function beQuiet(): void {
  if (isQuiet) return;
  const logging = { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) };
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging },
  });
  isQuiet = true;
}

/** Runs `work` on a server on which time passes as fast as the alerts' workflows, our own, let it. */
export async function withTimeSkipping<T>(
  activities: (env: TestWorkflowEnvironment) => AlertActivities,
  work: (env: TestWorkflowEnvironment) => Promise<T>,
): Promise<T> {
  beQuiet();
  const env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: await findTestServer() } },
  });
  try {
    await registerSearchAttributes(env);
    const worker = await Worker.create({
      connection: env.nativeConnection,
      taskQueue: TASK_QUEUES.alerts,
      workflowBundle: { codePath: join(__dirname, '../dist/workflow-bundle.js') },
      activities: activities(env),
    });
    return await worker.runUntil(work(env));
  } finally {
    await env.teardown();
  }
}

/** The events of each run of a workflow, beginning with the given one and following where it continued as new. */
export async function runsOf(client: Client, workflowId: string, firstRunId: string): Promise<Events[]> {
  const runs: Events[] = [];
  let runId: string | undefined = firstRunId;
  while (runId !== undefined) {
    const history: { events?: Events | null } = await client.workflow
      .getHandle(workflowId, runId)
      .fetchHistory();
    const events = history.events ?? [];
    runs.push(events);
    runId = events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }
  return runs;
}
