import { log } from '@temporalio/activity';
import type { Client } from '@temporalio/client';

const WITHIN_MS = 2_000;
/** In a flood of failing deliveries more would be a load of their own: a signal, a workflow task and a search attribute each. */
const MOST_A_SECOND = 10;

/**
 * Tells a workflow that its delivery's attempts fail, for those who search for what is tried again. Never fails, and tells
 * ten a second at most: searches miss the others until they end.
 */
export function createTellRetrying(client: Client): (workflowId: string) => Promise<void> {
  const mayTell = atMostASecond(MOST_A_SECOND, Date.now);
  return async (workflowId) => {
    if (!mayTell()) return;
    try {
      const signal = () => client.workflow.getHandle(workflowId).signal('retrying');
      // The attempt's own time runs meanwhile.
      await client.withDeadline(Date.now() + WITHIN_MS, signal);
    } catch (error) {
      log.warn('A workflow was not told that its delivery is tried again; only searches miss it', { error });
    }
  };
}

/** Whether it is asked for no more than so often within this second of the clock. */
export function atMostASecond(most: number, nowMs: () => number): () => boolean {
  let second = 0;
  let asked = 0;
  return () => {
    const now = Math.floor(nowMs() / 1_000);
    asked = now === second ? asked + 1 : 1;
    second = now;
    return asked <= most;
  };
}
