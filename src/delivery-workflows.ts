import { type Client, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { tellAlert } from './alert-signals';
import type { DeliveryCarrier, DeliveryWorkflows } from './api/deps';
import { Background } from './background';
import { callerOf, onBehalfOf } from './caller';
import type { Database } from './db/schema';
import { isHurried } from './db/waiting-deliveries';
import { markWoken } from './db/wakes';
import { endPause, startDelivery } from './delivery-signals';
import type { JoinedStack } from './settings';
import { alertWorkflowId, connectTemporal } from './temporal';
import { workflowUrl } from './workflow-url';

const IN_FLIGHT = 32;
const CLOSE_WITHIN_MS = 5_000;

/** The API's way to the workflows of deliveries. Rows decide: what does not get through is found by the next wake. */
export function createDeliveryWorkflows(
  stack: JoinedStack,
  db: Kysely<Database>,
  log: Logger,
): DeliveryWorkflows & { close(): Promise<void> } {
  const temporal = connectTemporal(stack.temporal, stack.config.temporalCodec);
  const { client } = temporal;
  const { webhook } = stack.config;
  const background = new Background(IN_FLIGHT);

  function inBackground({ id, requestId }: DeliveryCarrier, step: () => Promise<unknown>): void {
    const caller = callerOf(requestId);
    background.run(
      () => onBehalfOf(caller, step),
      (error) =>
        log.warn({ deliveryId: id, err: error }, "A delivery's workflow was not told yet; the next wake is"),
    );
  }

  async function start(delivery: DeliveryCarrier): Promise<void> {
    await startDelivery(client, webhook, delivery);
    await markWoken(db, [delivery.id]);
  }

  return {
    start: (delivery) => inBackground(delivery, () => start(delivery)),
    async make(delivery, withinMs) {
      const inTime = AbortSignal.timeout(withinMs);
      try {
        // With its end, calls to Temporal end, too: nobody waits for what a worker that is down has not made.
        return await client.withAbortSignal(inTime, async () => {
          await onBehalfOf(callerOf(delivery.requestId), () => start(delivery));
          // However it ends: the row tells how.
          await client.workflow
            .getHandle(delivery.workflowId)
            .result()
            .catch((error: unknown) => {
              if (!(error instanceof WorkflowFailedError)) throw error;
            });
          return true;
        });
      } catch (error) {
        if (inTime.aborted) return false;
        throw error;
      }
    },
    hurry: (delivery) =>
      inBackground(delivery, async () => {
        const isWanted = () => isHurried(db, delivery.id);
        if (await endPause(client, delivery.workflowId, isWanted)) await markWoken(db, [delivery.id]);
      }),
    cancel: (delivery) =>
      inBackground(delivery, async () => {
        const { alertId, workflowId } = delivery;
        const isAlerts = alertId !== null && workflowId === alertWorkflowId(alertId);
        if (isAlerts) await tellAlert(client, alertId);
        else await cancelWorkflow(client, workflowId);
      }),
    urlOf: (workflowId, runId) => workflowUrl(stack, workflowId, runId),
    close: async () => {
      await background.settle(CLOSE_WITHIN_MS);
      await temporal.close();
    },
  };
}

async function cancelWorkflow(client: Client, workflowId: string): Promise<void> {
  try {
    await client.workflow.getHandle(workflowId).cancel();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
