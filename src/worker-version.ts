import type { WorkerOptions } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { Config } from './config';

/**
 * The options that make a worker one version of a deployment; none where no build id is configured. A version gets no
 * work before an operator makes it current. Then every alert moves to it with its next task.
 */
export function workerVersion(
  { deploymentName, buildId }: Config['workerVersion'],
  log: Logger,
): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  if (buildId === undefined) return {};
  log.info(
    { deploymentName, buildId },
    'This worker gets work once its version is current: docs/operations.md',
  );
  return {
    workerDeploymentOptions: {
      useWorkerVersioning: true,
      version: { deploymentName, buildId },
      // Alerts sleep for months: the versions that they were started by can't wait for them.
      defaultVersioningBehavior: 'AUTO_UPGRADE',
    },
  };
}
