import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { tellAlert } from './alert-signals';
import type { AlertWorkflows } from './api/deps';
import { Background } from './background';
import type { Database } from './db/schema';
import { type AlertToStart, findAlertsToStart } from './db/wakes';
import type { JoinedStack } from './settings';
import { StartQueue } from './start-queue';
import { alertWorkflowId, alertWorkflowOptions, connectTemporal } from './temporal';
import { workflowUrl } from './workflow-url';
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
  const temporal = connectTemporal(stack.temporal, stack.config.temporalCodec);
  const { webhook } = stack.config;
  const background = new Background(IN_FLIGHT);

  function inBackground(alertId: string, what: string, step: (client: Client) => Promise<unknown>): void {
    background.run(
      () => step(temporal.client),
      (error) => log.warn({ alertId, err: error }, `${what}; the reconciliation takes it up`),
    );
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
    urlOf: (alertId) => workflowUrl(stack, alertWorkflowId(alertId)),
    close: async () => {
      // With Temporal away each would wait for its time-out; the reconciliation takes them up.
      await background.settle(CLOSE_WITHIN_MS, starts.idle());
      await temporal.close();
    },
  };
}
