import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { tellAlert } from './alert-signals';
import type { AlertWorkflows } from './api/deps';
import { Background } from './background';
import { type Caller, callerOf, onBehalfOf } from './caller';
import type { Database } from './db/schema';
import { type AlertToStart, findAlertsToStart } from './db/wakes';
import type { JoinedStack } from './settings';
import { StartQueue } from './start-queue';
import { alertWorkflowId, alertWorkflowOptions, alertWorkflowType, connectTemporal } from './temporal';
import { workflowUrl } from './workflow-url';

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

  /** Of alerts whose workflows wait to be started. */
  const callers = new Map<string, Caller>();

  function inBackground(
    alertId: string,
    caller: Caller,
    what: string,
    step: (client: Client) => Promise<unknown>,
  ): void {
    background.run(
      () => onBehalfOf(caller, () => step(temporal.client)),
      (error) => log.warn({ alertId, err: error }, `${what}; the reconciliation takes it up`),
    );
  }

  const starts = new StartQueue(async (alertIds) => {
    const complain = (error: unknown) =>
      log.warn({ alertIds, err: error }, 'Workflows were not started yet; the reconciliation takes it up');
    const start = (alert: AlertToStart) =>
      onBehalfOf(callers.get(alert.id) ?? callerOf(), () =>
        temporal.client.workflow.start(alertWorkflowType(alert), alertWorkflowOptions(alert, webhook)),
      );
    const alerts = await findAlertsToStart(db, alertIds).catch(complain);
    await Promise.all((alerts ?? []).map((alert) => start(alert).catch(complain)));
    for (const alertId of alertIds) callers.delete(alertId);
  });

  return {
    start: (alertId, requestId) => {
      callers.set(alertId, callerOf(requestId));
      starts.add(alertId);
    },
    changed: (alertId, requestId) =>
      // Where none runs, there is none to tell: the alert was done with, or the reconciliation starts it.
      inBackground(
        alertId,
        callerOf(requestId),
        "An alert's workflow was not told of a change yet",
        (client) => tellAlert(client, alertId),
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
