import { sql } from 'kysely';
import { TASK_QUEUES } from '../../src/domain/task-queues';
import { startWorkers } from '../../src/worker';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { seedFired, seedUser } from '../support/seed';
import { quietRuntime, testLog, testStack } from '../support/stack';
import { createTestNamespace, type TestNamespace } from '../support/temporal';

describe('a reconciliation', () => {
  let database: TestDatabase;
  let temporal: TestNamespace;

  beforeAll(async () => {
    quietRuntime();
    [database, temporal] = await Promise.all([createTestDatabase(), createTestNamespace()]);
  });
  afterAll(async () => {
    await temporal?.close();
    await database?.drop();
  });

  it('drops what was said longer ago than DELIVERY_LOG_RETENTION, and keeps the attempts; and old ticks', async () => {
    const { db } = database;
    const { id: userId } = await seedUser(db);
    const webhookUrl = 'https://example.com/hook';
    const fired = await seedFired(db, { userId, webhookUrl }, new Date(Date.UTC(2026, 0, 1)));
    const ages = [25, 23];
    for (const [index, hours] of ages.entries()) {
      const at = new Date(Date.now() - hours * 3_600_000);
      await db
        .insertInto('attempts')
        .values({
          delivery_id: fired.deliveryId,
          number: index + 1,
          started_at: at,
          ended_at: at,
          outcome: 'failed',
        })
        .execute();
    }
    await db.updateTable('attempts').set({ response_body: 'no' }).execute();
    await sql`
      insert into ticks (market, tick_at) select 'replay', now() - n * interval '1 day' from unnest(array[0, 6, 8]) as n`.execute(
      db,
    );
    // Nobody is to make the delivery meanwhile.
    await db.updateTable('deliveries').set({ status: 'failed' }).execute();

    const parts = {
      databaseUrl: database.url,
      temporalAddress: temporal.address,
      namespace: temporal.namespace,
    };
    const stack = testStack(parts, { DELIVERY_LOG_RETENTION: '1d' });
    const workers = await startWorkers(stack, testLog, process.env.TEST_WORKFLOW_BUNDLE);
    try {
      await temporal.client.workflow.execute('reconcileAlerts', {
        workflowId: 'reconcile',
        taskQueue: TASK_QUEUES.ingestion,
      });
    } finally {
      await workers.stop();
    }
    const bodies = await db.selectFrom('attempts').select('response_body').orderBy('number').execute();
    expect(bodies.map(({ response_body }) => response_body)).toEqual([null, 'no']);
    const { rows } = await sql`select from ticks`.execute(db);
    expect(rows).toHaveLength(2);
  }, 120_000);
});
