import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { createLogger } from '../../src/logger';
import { loadSettings } from '../../src/settings';
import { ALERT_WORKER_OPTIONS } from '../../src/worker-options';
import { installRuntime } from '../../src/worker-runtime';
import { floorActivities } from './activities';
import { FLOOR_QUEUE } from './client';

/** The floor's worker: a process of its own, with the very options that ours has. */
async function main(): Promise<void> {
  const { temporal } = loadSettings();
  if (temporal === undefined) throw new Error('TEMPORAL_ADDRESS is not set');
  const log = createLogger('info');
  await installRuntime(log);
  const worker = await Worker.create({
    ...ALERT_WORKER_OPTIONS,
    connection: await NativeConnection.connect(temporal.connectionOptions),
    namespace: temporal.namespace,
    taskQueue: FLOOR_QUEUE,
    workflowBundle: await bundleWorkflowCode({ workflowsPath: require.resolve('./workflows') }),
    activities: floorActivities,
  });
  log.info('The floor is ready');
  await worker.run();
}

void main();
