import { sql } from 'kysely';
import { wakeAlert } from '../../src/alert-signals';
import { alertWorkflowId } from '../../src/temporal';
import { startWorkers, type Workers } from '../../src/worker';
import type { priceAlert } from '../../src/workflows/price-alert';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { type Receiver, startReceiver } from '../support/receiver';
import { seedFired, seedUser } from '../support/seed';
import { quietRuntime, testLog, testStack } from '../support/stack';
import { createTestNamespace, type TestNamespace } from '../support/temporal';

let temporal: TestNamespace;
let database: TestDatabase;
let receiver: Receiver;
let workers: Workers;
let stack: ReturnType<typeof testStack>;
let userId: string;
let tick = Date.UTC(2026, 0, 1);

beforeAll(async () => {
  quietRuntime();
  [database, temporal, receiver] = await Promise.all([
    createTestDatabase(),
    createTestNamespace(),
    startReceiver(),
  ]);
  userId = (await seedUser(database.db)).id;
  stack = testStack(
    { databaseUrl: database.url, temporalAddress: temporal.address, namespace: temporal.namespace },
    {
      WEBHOOK_RETRY_SCHEDULE: '100ms,300ms,200ms',
      // They mean nothing beside a schedule.
      WEBHOOK_RETRY_INITIAL: '1d',
      WEBHOOK_RETRY_MAX: '1d',
      WEBHOOK_MAX_ATTEMPTS: '2',
      WEBHOOK_MAX_AGE: '1m',
    },
  );
  workers = await startWorkers(stack, testLog, process.env.TEST_WORKFLOW_BUNDLE);
}, 120_000);

afterAll(async () => {
  await workers?.stop();
  await receiver?.close();
  await temporal?.close();
  await database?.drop();
});

beforeEach(() => receiver.reset());

/** Lets an alert fire as long ago as is said, and answers what came of it once its workflow has ended. */
async function fired(ageS = 0) {
  tick += 10_000;
  const { deliveryId, alert } = await seedFired(
    database.db,
    { userId, webhookUrl: receiver.url },
    new Date(tick),
  );
  await database.db
    .updateTable('deliveries')
    .set({ round_started_at: sql<Date>`now() - make_interval(secs => ${ageS})`, woken_at: sql<Date>`now()` })
    .where('id', '=', deliveryId)
    .execute();
  await wakeAlert(temporal.client, stack.config.webhook, alert, deliveryId);
  const handle = temporal.client.workflow.getHandle<typeof priceAlert>(alertWorkflowId(alert.id));
  const failure = await handle.result().then(
    () => 'It was delivered',
    (error: Error) => (error.cause as Error).message,
  );
  const attempts = await database.db
    .selectFrom('attempts')
    .selectAll()
    .where('delivery_id', '=', deliveryId)
    .orderBy('number')
    .execute();
  const row = await database.db
    .selectFrom('deliveries')
    .selectAll()
    .where('id', '=', deliveryId)
    .executeTakeFirstOrThrow();
  return { deliveryId, failure, attempts, row };
}

describe('the retry policy of a worker', () => {
  it('makes one attempt more than its schedule has pauses', async () => {
    receiver.answer(503);
    const { deliveryId, failure, attempts, row } = await fired();
    expect(failure).toBe(`Webhook ${deliveryId} was given up after 4 attempts: The server answered 503.`);
    expect(attempts.map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, 'failed'],
      [2, 'failed'],
      [3, 'failed'],
      [4, 'failed'],
    ]);
    expect(row).toMatchObject({ status: 'failed', next_attempt_at: null, delivered_at: null });
    expect(receiver.requests).toHaveLength(4);
  });

  it('takes Retry-After for no longer than its longest pause', async () => {
    // A day, in seconds and as a date: the test would not end otherwise.
    let answers = 0;
    receiver.answer((_, response) => {
      const inADay = new Date(Date.now() + 86_400_000).toUTCString();
      response.writeHead(429, { 'Retry-After': ++answers % 2 === 0 ? inADay : '86400' }).end();
    });
    const { attempts, row } = await fired();
    expect(attempts.map(({ status_code }) => status_code)).toEqual([429, 429, 429, 429]);
    expect(row.status).toBe('failed');
  });

  it('makes the first attempt however late, and no second one, and says why', async () => {
    receiver.answer(503);
    const { failure, attempts, row } = await fired(3_600);
    const why =
      'The server answered 503. No further attempt is made: the next would begin more than 1m after the delivery did.';
    expect(failure).toContain(`was given up after 1 attempt: ${why}`);
    expect(attempts).toMatchObject([{ number: 1, status_code: 503, error: why }]);
    expect(row).toMatchObject({ status: 'failed', next_attempt_at: null });
  });

  it('delivers an old alert whose first attempt succeeds', async () => {
    const { failure, row } = await fired(30 * 86_400);
    expect(failure).toBe('It was delivered');
    expect(row.status).toBe('delivered');
  });

  it('ends with a 410, whatever else it says', async () => {
    receiver.answer((_, response) => response.writeHead(410, { 'Retry-After': '1' }).end());
    const { attempts, row } = await fired();
    expect(attempts.map(({ status_code }) => status_code)).toEqual([410]);
    expect(row.status).toBe('failed');
  });
});
