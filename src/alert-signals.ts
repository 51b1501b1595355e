import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type { Config } from './config';
import type { AlertToStart } from './db/wakes';
import { alertWorkflowId, alertWorkflowOptions, alertWorkflowType } from './temporal';

/** Tells an alert's workflow that it fired, starting it where it is missing. One that has ended has done its work. */
export async function wakeAlert(
  client: Client,
  webhook: Config['webhook'],
  alert: AlertToStart,
  deliveryId: string,
): Promise<void> {
  await signalOrStart(client, webhook, alert, 'wake', [{ deliveryId }]);
}

/**
 * Tells the workflow of an alert of a message that it is to have delivered by a child.
 * @returns false where none runs
 */
export async function tellOwed(client: Client, alertId: string, deliveryId: string): Promise<boolean> {
  return await signalRunning(client, alertId, 'owed', [{ deliveryId }]);
}

/** Tells an alert's workflow to read its row again, starting it where it is missing. */
export async function stirAlert(
  client: Client,
  webhook: Config['webhook'],
  alert: AlertToStart,
): Promise<void> {
  await signalOrStart(client, webhook, alert, 'changed', []);
}

/**
 * Tells an alert's workflow to read its row again, but starts none.
 * @returns false where none runs
 */
export async function tellAlert(client: Client, alertId: string): Promise<boolean> {
  return await signalRunning(client, alertId, 'changed', []);
}

async function signalOrStart(
  client: Client,
  webhook: Config['webhook'],
  alert: AlertToStart,
  signal: string,
  signalArgs: unknown[],
): Promise<void> {
  // Nearly every alert's workflow runs, and a plain signal is the cheaper one.
  if (await signalRunning(client, alert.id, signal, signalArgs)) return;
  await signalWithStart(client, webhook, alert, signal, signalArgs);
}

/** Answers false where none runs. */
async function signalRunning(
  client: Client,
  alertId: string,
  signal: string,
  signalArgs: unknown[],
): Promise<boolean> {
  try {
    await client.workflow.getHandle(alertWorkflowId(alertId)).signal(signal, ...signalArgs);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

async function signalWithStart(
  client: Client,
  webhook: Config['webhook'],
  alert: AlertToStart,
  signal: string,
  signalArgs: unknown[],
): Promise<void> {
  try {
    await client.workflow.signalWithStart(alertWorkflowType(alert), {
      ...alertWorkflowOptions(alert, webhook),
      signal,
      signalArgs,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
