import type { WorkflowHandle } from '@temporalio/client';
import { sql } from 'kysely';
import { TASK_QUEUES } from '../../src/domain/task-queues';
import type { Receiver } from '../support/receiver';
import type { TestStack } from '../support/test-stack';

const HOUR_MS = 3_600_000;

/** Records reports of two hours and of the one under way, one whose messages nobody takes, and how they are sent later. */
export async function recordReports(
  stack: TestStack,
  receiver: Receiver,
  save: (name: string, handle: WorkflowHandle) => Promise<void>,
): Promise<void> {
  const { client } = stack.temporal;
  const nowHourMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  // One quote in an hour is a critical violation: there is something to tell.
  await sql`
    insert into source_quotes (market, ticker, source, price, received_at, tick_at, accepted)
    select 'replay', 'BTC', 'okx', 1, at, at, true
    from unnest(array[${new Date(nowHourMs - 3 * HOUR_MS)}, ${new Date(nowHourMs - 2 * HOUR_MS)}]::timestamptz[]) as at`.execute(
    stack.db,
  );
  const retry = { initialMs: 100, maximumMs: 100, attempts: 2 };
  const start = async (workflowType: string, workflowId: string, ...args: object[]) => {
    const options = { taskQueue: TASK_QUEUES.ingestion, workflowId, args };
    const handle = await client.workflow.start(workflowType, options);
    // However it ends: it is its history that is wanted.
    await handle.result().catch(() => {});
    return handle;
  };
  const span = { fromMs: nowHourMs - 3 * HOUR_MS, toMs: nowHourMs - HOUR_MS, partial: true };
  await save('market-report', await start('marketReport', 'report', { ...span, retry }));
  receiver.answer(503);
  await sql`truncate notices cascade`.execute(stack.db);
  await save('market-report-failed', await start('marketReport', 'report-failed', { ...span, retry }));
  receiver.answer(200);
  await save('tell-operators', await start('tellOperators', 'tell-operators'));
}
