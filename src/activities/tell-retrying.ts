import { log } from '@temporalio/activity';
import type { Client } from '@temporalio/client';

/** Tells a workflow that its delivery's first attempt failed, for those who search for what is tried again; never fails. */
export async function tellRetrying(client: Client, workflowId: string): Promise<void> {
  try {
    await client.workflow.getHandle(workflowId).signal('retrying');
  } catch (error) {
    log.warn('A workflow was not told that its delivery is tried again; only searches miss it', { error });
  }
}
