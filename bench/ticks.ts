import { Client as PostgresClient } from 'pg';
import { QUOTES_CHANNEL } from '../src/db/quotes';
import { TASK_QUEUES } from '../src/domain/task-queues';
import type { ingestQuotes } from '../src/workflows/ingest-quotes';
import { now } from './arrivals';
import type { Stack } from './stack';

/** Runs ticks by hand, as the schedule would. */
export interface Ticks {
  /**
   * One whole tick in which the only source says these prices: `ingestQuotes` on our worker.
   * @returns when its quotes were committed (PostgreSQL notifies at the commit), in milliseconds of `now()`
   */
  publish(prices: Record<string, number>): Promise<{ committedAt: number; over: Promise<unknown> }>;
}

/** Starts listening for commits, until the stack is closed. */
export async function openTicks(stack: Stack): Promise<Ticks> {
  const listener = new PostgresClient({ connectionString: stack.databaseUrl });
  await listener.connect();
  stack.onClose(() => listener.end());
  await listener.query(`listen ${QUOTES_CHANNEL}`);
  let ticks = 0;
  return {
    async publish(prices) {
      Object.assign(stack.prices, prices);
      const committed = new Promise<number>((resolve) => {
        listener.once('notification', () => resolve(now()));
      });
      ticks += 1;
      const over = stack.temporal.client.workflow.execute<typeof ingestQuotes>('ingestQuotes', {
        taskQueue: TASK_QUEUES.ingestion,
        workflowId: `ingest-quotes-${ticks}`,
        args: [{ sources: ['binance'] }],
      });
      const published = over.then((result) => {
        if (result.quotes === 0) throw new Error(`The tick published nothing: ${JSON.stringify(result)}`);
      });
      // Where the tick fails there is no commit to wait for.
      const committedAt = await Promise.race([committed, published.then(() => committed)]);
      return { committedAt, over: published };
    },
  };
}
