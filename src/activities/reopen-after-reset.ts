import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import { reopenForOperator } from '../db/reopening';
import type { Database } from '../db/schema';
import { thisRun } from './this-run';

/**
 * Opens a delivery that was over when an operator reset this run of its workflow: that is how an operator asks for it once
 * more, and it is done once a reset. A crash, a retry or a new start of a terminated workflow opens nothing, nor does a run whose
 * own attempts brought it to an end: a reset may have found its alert asleep.
 */
export async function reopenAfterReset(
  db: Kysely<Database>,
  client: Client,
  deliveryId: string,
): Promise<boolean> {
  const run = thisRun();
  if (!(await wasReset(client, run))) return false;
  return await reopenForOperator(db, deliveryId, run);
}

/** A reset keeps the history's first event, with the id of the run that it was written for. */
async function wasReset(client: Client, run: { workflowId: string; runId: string }): Promise<boolean> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: run,
    maximumPageSize: 1,
  });
  const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  const writtenFor = started?.originalExecutionRunId;
  return Boolean(writtenFor) && writtenFor !== run.runId;
}
