import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import pLimit from 'p-limit';
import type { Logger } from 'pino';
import { tellAlert } from './alert-signals';
import type { AlertWorkflows } from './api/deps';
import type { Database } from './db/schema';
import { type AlertToStart, findAlertsToStart } from './db/wakes';
import type { JoinedStack } from './settings';
import { StartQueue } from './start-queue';
import { alertWorkflowOptions, connectTemporal } from './temporal';
import type { priceAlert } from './workflows/price-alert';

const IN_FLIGHT = 32;
const CLOSE_WITHIN_MS = 5_000;

/**
 * The API's way to the alerts' workflows. Starts and signals go out in the background: the row is what counts, and what
 * does not get through is found by the reconciliation. `close` lets those under way finish.
 */
export async function createAlertWorkflows(
  stack: JoinedStack,
  db: Kysely<Database>,
  log: Logger,
): Promise<AlertWorkflows & { close(): Promise<void> }> {
  const temporal = connectTemporal(stack.temporal);
  const { webhook } = stack.config;
  const limit = pLimit(IN_FLIGHT);
  const underWay = new Set<Promise<void>>();

  function inBackground(alertId: string, what: string, step: (client: Client) => Promise<unknown>): void {
    const done = limit(() => step(temporal.client)).then(
      () => undefined,
      (error: unknown) => log.warn({ alertId, err: error }, `${what}; the reconciliation takes it up`),
    );
    underWay.add(done);
    void done.finally(() => underWay.delete(done));
  }

  const starts = new StartQueue(async (alertIds) => {
    const complain = (error: unknown) =>
      log.warn({ alertIds, err: error }, 'Workflows were not started yet; the reconciliation takes it up');
    const start = (alert: AlertToStart) =>
      temporal.client.workflow.start<typeof priceAlert>('priceAlert', alertWorkflowOptions(alert, webhook));
    const alerts = await findAlertsToStart(db, alertIds).catch(complain);
    await Promise.all((alerts ?? []).map((alert) => start(alert).catch(complain)));
  });

  return {
    start: (alertId) => starts.add(alertId),
    changed: (alertId) =>
      // Where none runs, there is none to tell: the alert was done with, or the reconciliation starts it.
      inBackground(alertId, "An alert's workflow was not told of a change yet", (client) =>
        tellAlert(client, alertId),
      ),
    isUp: () =>
      temporal.connection.workflowService.getSystemInfo({}).then(
        () => true,
        () => false,
      ),
    close: async () => {
      // With Temporal away each would wait for its time-out; the reconciliation takes them up.
      const done = Promise.all([starts.idle(), ...underWay]);
      await Promise.race([done, sleep(CLOSE_WITHIN_MS, undefined, { ref: false })]);
      await temporal.close();
    },
  };
}
