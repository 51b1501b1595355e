import type { WorkflowHandle } from '@temporalio/client';
import { sql } from 'kysely';
import { createAlertWorkflows } from '../../src/alert-workflows';
import { deleteAlert } from '../../src/db/alerts';
import { SEARCH_ATTRIBUTES } from '../../src/domain/search-attributes';
import { TASK_QUEUES } from '../../src/domain/task-queues';
import { alertWorkflowId } from '../../src/temporal';
import { startWorkers, type Workers } from '../../src/worker';
import { addUser, startApi, type TestApi, type TestUser } from '../api/api';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { type Receiver, startReceiver } from '../support/receiver';
import { publishPrices } from '../support/seed';
import { quietRuntime, testLog, testStack } from '../support/stack';
import { createTestNamespace, type TestNamespace } from '../support/temporal';

let namespace: TestNamespace;
let database: TestDatabase;
let receiver: Receiver;
let workers: Workers;
let workflows: Awaited<ReturnType<typeof createAlertWorkflows>>;
let api: TestApi;
let user: TestUser;
let tick = Date.UTC(2026, 0, 1);
let runs = 0;

beforeAll(async () => {
  quietRuntime();
  database = await createTestDatabase();
  namespace = await createTestNamespace();
  receiver = await startReceiver();
  const stack = testStack({
    databaseUrl: database.url,
    temporalAddress: namespace.address,
    namespace: namespace.namespace,
  });
  workers = await startWorkers(stack, testLog, process.env.TEST_WORKFLOW_BUNDLE);
  workflows = await createAlertWorkflows(stack, database.db, testLog);
  api = await startApi(database, {}, { workflows });
});

afterAll(async () => {
  await api?.close();
  await workflows?.close();
  await workers?.stop();
  await receiver?.close();
  await namespace?.close();
  await database?.drop();
});

beforeEach(async () => {
  receiver.reset();
  user = await addUser(database.db);
});

const handleOf = (id: string) => namespace.client.workflow.getHandle(alertWorkflowId(id));

const inState = (handle: WorkflowHandle, state: string) =>
  eventually(async () => expect(await handle.query('status')).toMatchObject({ state }));

/** An alert on BTC > 100 with its workflow, asleep after its first look. */
async function sleepingAlert(target_price = 100): Promise<{ id: string; handle: WorkflowHandle }> {
  const body = { ticker: 'BTC', condition: 'gt', target_price, webhook_url: receiver.url };
  const { status, json } = await api.ask('POST /api/v1/alerts/', { key: user.key, body });
  expect(status).toBe(201);
  const handle = handleOf(json.id);
  await inState(handle, 'waiting');
  return { id: json.id, handle };
}

async function change(id: string, body: object): Promise<void> {
  expect((await api.ask(`PATCH /api/v1/alerts/${id}`, { key: user.key, body })).status).toBe(200);
}

/** Publishes a price and tells the workflows of all claimed alerts. */
async function publish(price: number): Promise<number> {
  tick += 10_000;
  const fired = await publishPrices(database.db, new Date(tick), { BTC: price });
  await run('wakeAlerts');
  return fired;
}

async function run(workflowType: 'wakeAlerts' | 'reconcileAlerts'): Promise<void> {
  runs += 1;
  const workflowId = `${workflowType}-${runs}`;
  await namespace.client.workflow.execute(workflowType, { taskQueue: TASK_QUEUES.ingestion, workflowId });
}

/** As if every signal of a minute ago had been lost. */
async function reconcileLater(): Promise<void> {
  const { db } = database;
  await sql`update alerts set next_check_at = next_check_at - interval '1 minute'`.execute(db);
  await run('reconcileAlerts');
}

async function row(id: string) {
  return await database.db
    .selectFrom('alerts')
    .select(['status', 'next_check_at'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

/** An alert whose workflow has seen that it is paused. */
async function pausedAlert(): Promise<{ id: string; handle: WorkflowHandle }> {
  const alert = await sleepingAlert();
  await change(alert.id, { paused: true });
  await inState(alert.handle, 'paused');
  await eventually(async () =>
    expect(await row(alert.id)).toEqual({ status: 'paused', next_check_at: null }),
  );
  return alert;
}

describe("a running alert's workflow", () => {
  it('fires nothing while its alert is paused, and at the next quote once it is resumed', async () => {
    const { id, handle } = await pausedAlert();
    expect(await publish(101)).toBe(0);
    await change(id, { paused: false });
    await inState(handle, 'waiting');
    expect(receiver.requests).toEqual([]);
    expect(await publish(102)).toBe(1);
    expect(await handle.result()).toMatchObject({ outcome: 'delivered' });
    expect(receiver.requests.map(({ body }) => JSON.parse(body))).toMatchObject([
      { alert_id: id, triggered_price: 102 },
    ]);
  });

  it('waits for the new line when its alert is changed while it sleeps, and says so', async () => {
    const { id, handle } = await sleepingAlert();
    await change(id, { target_price: 200 });
    await eventually(async () => expect(await handle.query('status')).toMatchObject({ target: '200' }));
    const { typedSearchAttributes } = await handle.describe();
    expect(typedSearchAttributes.get(SEARCH_ATTRIBUTES.target)).toBe(200);
    expect(typedSearchAttributes.get(SEARCH_ATTRIBUTES.condition)).toBe('gt');
    expect(await publish(150)).toBe(0);
    expect(await publish(201)).toBe(1);
    expect(await handle.result()).toMatchObject({ outcome: 'delivered' });
    expect(JSON.parse(receiver.requests[0]?.body ?? '')).toMatchObject({ target_price: 200 });
  });

  it('ends when its user leaves, asleep, paused or delivering', async () => {
    receiver.answer((_, response) => response.writeHead(503, { 'retry-after': '60' }).end());
    const delivering = await sleepingAlert(10);
    await publish(50);
    await receiver.waitFor(1);
    const paused = await pausedAlert();
    const asleep = await sleepingAlert(300);
    expect((await api.ask('DELETE /api/v1/users/me', { key: user.key })).status).toBe(204);
    expect(await asleep.handle.result()).toEqual({ outcome: 'deleted' });
    expect(await paused.handle.result()).toEqual({ outcome: 'deleted' });
    expect((await delivering.handle.result()).outcome).toMatch(/deleted|cancelled/);
    expect(receiver.requests).toHaveLength(1);
  });

  it('ends when the last key of its user is revoked', async () => {
    const { handle } = await sleepingAlert();
    const [key] = (await api.ask('GET /api/v1/users/me/keys', { key: user.key })).json;
    await api.ask(`DELETE /api/v1/users/me/keys/${key.id}`, { key: user.key });
    expect(await handle.result()).toEqual({ outcome: 'deleted' });
  });
});

describe('the reconciliation', () => {
  const remove = async (id: string) =>
    expect(await deleteAlert(database.db, { id, userId: user.id, market: 'replay' })).toBe(true);

  it('takes up a deletion whose signal was lost, of a sleeping and of a paused alert', async () => {
    const [asleep, paused] = [await sleepingAlert(300), await pausedAlert()];
    for (const { id, handle } of [asleep, paused]) {
      await remove(id);
      await reconcileLater();
      expect(await handle.result()).toEqual({ outcome: 'deleted' });
      expect(await row(id)).toEqual({ status: 'deleted', next_check_at: null });
    }
  });

  it('starts no workflow for what is deleted', async () => {
    const { id, handle } = await sleepingAlert();
    await handle.terminate();
    await remove(id);
    await reconcileLater();
    expect(await row(id)).toEqual({ status: 'deleted', next_check_at: null });
    expect((await handle.describe()).status.name).toBe('TERMINATED');
  });

  it('takes up a pause and a resumption whose signals were lost', async () => {
    const { id, handle } = await sleepingAlert();
    const set = (status: 'paused' | 'active') =>
      database.db
        .updateTable('alerts')
        .set({ status, next_check_at: sql<Date>`now()`, updated_at: sql<Date>`now()` })
        .where('id', '=', id)
        .execute();
    await set('paused');
    await reconcileLater();
    await inState(handle, 'paused');
    await set('active');
    await reconcileLater();
    await inState(handle, 'waiting');
  });

  it('starts the workflow of a paused alert again that was terminated', async () => {
    const { id, handle } = await pausedAlert();
    await handle.terminate();
    await eventually(async () => {
      await run('reconcileAlerts');
      expect((await handleOf(id).describe()).status.name).toBe('RUNNING');
    });
    await inState(handleOf(id), 'paused');
    await change(id, { paused: false });
    await inState(handleOf(id), 'waiting');
  });

  it('ends the workflows of a user whose row was deleted by hand', async () => {
    const [asleep, paused] = [await sleepingAlert(300), await pausedAlert()];
    await sql`delete from users where id = ${user.id}`.execute(database.db);
    await run('reconcileAlerts');
    for (const { handle } of [asleep, paused]) expect(await handle.result()).toEqual({ outcome: 'deleted' });
    expect(await database.db.selectFrom('alerts_gone').selectAll().execute()).toEqual([]);
  });

  it('ends the alerts and the workflows of a user whose keys were deleted by hand', async () => {
    const { id, handle } = await sleepingAlert();
    await sql`delete from api_keys where user_id = ${user.id}`.execute(database.db);
    await run('reconcileAlerts');
    expect(await row(id)).toMatchObject({ status: 'deleted' });
    await reconcileLater();
    expect(await handle.result()).toEqual({ outcome: 'deleted' });
  });
});
