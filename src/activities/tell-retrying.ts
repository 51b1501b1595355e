import { log } from '@temporalio/activity';
import type { Client } from '@temporalio/client';

const WITHIN_MS = 2_000;

/** Tells a workflow that its delivery's attempts fail, for those who search for what is tried again; never fails. */
export async function tellRetrying(client: Client, workflowId: string): Promise<void> {
  try {
    const signal = () => client.workflow.getHandle(workflowId).signal('retrying');
    // The attempt's own time runs meanwhile.
    await client.withDeadline(Date.now() + WITHIN_MS, signal);
  } catch (error) {
    log.warn('A workflow was not told that its delivery is tried again; only searches miss it', { error });
  }
}
