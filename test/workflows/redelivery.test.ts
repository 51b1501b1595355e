import { createAlertWorkflows } from '../../src/alert-workflows';
import { reopenForUser } from '../../src/db/reopening';
import { createDeliveryWorkflows } from '../../src/delivery-workflows';
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
let deliveries: ReturnType<typeof createDeliveryWorkflows>;
let api: TestApi;
let user: TestUser;
let tick = Date.UTC(2026, 0, 1);
let runs = 0;

beforeAll(async () => {
  quietRuntime();
  database = await createTestDatabase();
  namespace = await createTestNamespace();
  receiver = await startReceiver();
  const stack = testStack(
    { databaseUrl: database.url, temporalAddress: namespace.address, namespace: namespace.namespace },
    { WEBHOOK_MAX_ATTEMPTS: '2', TEMPORAL_UI_URL: 'http://ui.example/' },
  );
  workers = await startWorkers(stack, testLog, process.env.TEST_WORKFLOW_BUNDLE);
  workflows = await createAlertWorkflows(stack, database.db, testLog);
  deliveries = createDeliveryWorkflows(stack, database.db, testLog);
  api = await startApi(database, {}, { workflows, deliveries });
});

afterAll(async () => {
  await api?.close();
  await workflows?.close();
  await deliveries?.close();
  await workers?.stop();
  await receiver?.close();
  await namespace?.close();
  await database?.drop();
});

beforeEach(async () => {
  receiver.reset();
  user = await addUser(database.db);
});

const call = (request: string, body?: unknown) => {
  const [method, path] = request.split(' ');
  return api.ask(`${method} /api/v1${path}`, { key: user.key, body });
};

async function delivery(id: string) {
  return (await call(`GET /deliveries/${id}`)).json;
}

const inStatus = (id: string, status: string, attempts: number) =>
  eventually(async () => {
    const found = await delivery(id);
    expect([found.status, found.attempts.length]).toEqual([status, attempts]);
    return found;
  });

/** A new alert that has fired; answers its delivery's id. */
async function fired(): Promise<{ alertId: string; id: string }> {
  const body = { ticker: 'BTC', condition: 'gt', target_price: 100, webhook_url: receiver.url };
  const { json } = await call('POST /alerts/', body);
  tick += 10_000;
  await publishPrices(database.db, new Date(tick), { BTC: 101 });
  await wakeAll();
  const list = await eventually(async () => {
    const { json: found } = await call(`GET /alerts/${json.id}/deliveries`);
    expect(found).toHaveLength(1);
    return found;
  });
  return { alertId: json.id, id: list[0].id };
}

async function wakeAll(): Promise<void> {
  runs += 1;
  const workflowId = `wakeAlerts-${runs}`;
  await namespace.client.workflow.execute('wakeAlerts', { taskQueue: TASK_QUEUES.ingestion, workflowId });
}

async function reconcile(): Promise<void> {
  runs += 1;
  const workflowId = `reconcileAlerts-${runs}`;
  await namespace.client.workflow.execute('reconcileAlerts', {
    taskQueue: TASK_QUEUES.ingestion,
    workflowId,
  });
}

const ids = () => receiver.requests.map(({ headers }) => headers['webhook-id']);
const bodies = () => new Set(receiver.requests.map(({ body }) => body));

describe('a delivery that is over', () => {
  it('is made again with the same id and the same bytes, in a workflow of its own', async () => {
    const { id, alertId } = await fired();
    await inStatus(id, 'delivered', 1);
    const answer = await call(`POST /deliveries/${id}/redeliver`);
    expect(answer).toMatchObject({ status: 202, json: { id, status: 'pending', redeliveries: 1 } });
    const again = await inStatus(id, 'delivered', 2);
    expect(ids()).toEqual([id, id]);
    expect(bodies().size).toBe(1);
    expect(again.attempts.map(({ cause }: { cause: string }) => cause)).toEqual(['schedule', 'user']);
    const [first, second] = again.attempts;
    const ui = `http://ui.example/namespaces/${namespace.namespace}/workflows`;
    expect(first.workflow_url).toMatch(`${ui}/${alertWorkflowId(alertId)}/`);
    expect(second.workflow_url).toMatch(`${ui}/redelivery-${id}/`);
    expect(second.request_headers).toEqual({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^Pricehook/),
      'webhook-id': id,
      'webhook-timestamp': receiver.requests[1]?.headers['webhook-timestamp'],
    });
    expect(JSON.stringify(again)).not.toContain('webhook-signature');
  });

  it('has all its attempts again', async () => {
    receiver.answer(500);
    const { id } = await fired();
    await inStatus(id, 'failed', 2);
    await call(`POST /deliveries/${id}/redeliver`);
    const failed = await inStatus(id, 'failed', 4);
    expect(failed.attempts.map(({ cause }: { cause: string }) => cause)).toEqual([
      'schedule',
      'schedule',
      'user',
      'schedule',
    ]);
    receiver.answer(204);
    await call(`POST /deliveries/${id}/redeliver`);
    await inStatus(id, 'delivered', 5);
    expect(new Set(ids())).toEqual(new Set([id]));
  });

  it('is made once, however often and quickly it is asked for', async () => {
    const { id } = await fired();
    await inStatus(id, 'delivered', 1);
    const answers = await Promise.all([1, 2, 3, 4].map(() => call(`POST /deliveries/${id}/redeliver`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409]);
    await inStatus(id, 'delivered', 2);
    for (let round = 3; round < 6; round += 1) {
      expect((await call(`POST /deliveries/${id}/redeliver`)).status).toBe(202);
      await inStatus(id, 'delivered', round);
    }
    expect(receiver.requests).toHaveLength(5);
  });

  it('is made by the next wake where its workflow could not be told', async () => {
    const { id } = await fired();
    await inStatus(id, 'delivered', 1);
    // The row alone, as after a crash right behind its commit.
    await reopenForUser(database.db, id, { userId: user.id, market: 'replay' });
    await wakeAll();
    await inStatus(id, 'delivered', 2);
  });

  it('is taken up again where its workflow was terminated', async () => {
    const { id } = await fired();
    await inStatus(id, 'delivered', 1);
    receiver.answer((_, response) => response.writeHead(503, { 'retry-after': '2' }).end());
    await call(`POST /deliveries/${id}/redeliver`);
    await inStatus(id, 'pending', 2);
    await namespace.client.workflow.getHandle(`redelivery-${id}`).terminate('as an operator does');
    receiver.answer(204);
    await eventually(async () => {
      await reconcile();
      expect((await delivery(id)).status).toBe('delivered');
    });
    expect(ids()).toEqual([id, id, id]);
  });

  it('is not made again once its alert is deleted, and is nobody else’s', async () => {
    const { id, alertId } = await fired();
    await inStatus(id, 'delivered', 1);
    const other = await addUser(database.db);
    const unknown = await api.ask(`POST /api/v1/deliveries/${id}/redeliver`, { key: other.key });
    expect(unknown).toMatchObject({ status: 404, json: { detail: 'Delivery not found' } });
    await call(`DELETE /alerts/${alertId}`);
    const refused = await call(`POST /deliveries/${id}/redeliver`);
    expect(refused).toMatchObject({ status: 409, json: { detail: expect.stringContaining('deleted') } });
    expect(receiver.requests).toHaveLength(1);
  });

  it('is recovered with all that failed in a span of time', async () => {
    receiver.answer(410);
    const since = new Date().toISOString();
    const failed = [await fired(), await fired(), await fired()];
    for (const { id } of failed) await inStatus(id, 'failed', 1);
    receiver.answer(204);
    const good = await fired();
    await inStatus(good.id, 'delivered', 1);
    expect((await call('POST /deliveries/recover', { since, until: since })).status).toBe(422);
    expect((await call('POST /deliveries/recover', { since })).json).toEqual({ recovered: 3 });
    await wakeAll();
    for (const { id } of failed) await inStatus(id, 'delivered', 2);
    expect((await call('POST /deliveries/recover', { since })).json).toEqual({ recovered: 0 });
    expect(receiver.requests).toHaveLength(7);
  });
});

describe('a delivery that waits', () => {
  it('has its next attempt made now', async () => {
    // Half a minute of pause: the test would not wait for it.
    receiver.answer((_, response) => response.writeHead(503, { 'retry-after': '30' }).end());
    const { id } = await fired();
    await inStatus(id, 'pending', 1);
    receiver.answer(204);
    expect((await call(`POST /deliveries/${id}/redeliver`)).status).toBe(409);
    expect((await call(`POST /deliveries/${id}/retry-now`)).status).toBe(202);
    const made = await inStatus(id, 'delivered', 2);
    expect(made.attempts[1].cause).toBe('user');
    expect((await call(`POST /deliveries/${id}/retry-now`)).status).toBe(409);
    const { history } = { history: await historyOf(made.alert_id) };
    // Both attempts are in history, as without the reset.
    expect(history).toContain('"number":1');
    expect(history).toContain('"number":2');
  });

  it('is not hurried while an attempt is under way', async () => {
    let finish = () => {};
    receiver.answer((_, response) => {
      finish = () => response.writeHead(204).end();
    });
    const { id } = await fired();
    await receiver.waitFor(1);
    const refused = await call(`POST /deliveries/${id}/retry-now`);
    expect(refused).toMatchObject({ status: 409, json: { detail: expect.stringContaining('under way') } });
    finish();
    await inStatus(id, 'delivered', 1);
  });

  it('is cancelled, its workflow ends, and it can be delivered again later', async () => {
    receiver.answer((_, response) => response.writeHead(503, { 'retry-after': '30' }).end());
    const { id, alertId } = await fired();
    await inStatus(id, 'pending', 1);
    expect((await call(`POST /deliveries/${id}/cancel`)).json).toMatchObject({ id, status: 'cancelled' });
    expect((await call(`POST /deliveries/${id}/cancel`)).status).toBe(409);
    await expect(namespace.client.workflow.getHandle(alertWorkflowId(alertId)).result()).rejects.toThrow();
    receiver.answer((_, response) => response.writeHead(503, { 'retry-after': '30' }).end());
    await call(`POST /deliveries/${id}/redeliver`);
    await inStatus(id, 'pending', 2);
    await call(`POST /deliveries/${id}/cancel`);
    const own = namespace.client.workflow.getHandle(`redelivery-${id}`);
    await expect(own.result()).rejects.toThrow();
    await inStatus(id, 'cancelled', 2);
    receiver.answer(204);
    await call(`POST /deliveries/${id}/redeliver`);
    await inStatus(id, 'delivered', 3);
  });
});

describe('an operator’s reset', () => {
  it('delivers again with the same id, once; a retry of the same run does not', async () => {
    const { id, alertId } = await fired();
    await inStatus(id, 'delivered', 1);
    await reset(alertWorkflowId(alertId));
    const again = await inStatus(id, 'delivered', 2);
    expect(again.attempts[1].cause).toBe('operator');
    await namespace.client.workflow.getHandle(alertWorkflowId(alertId)).result();
    expect(ids()).toEqual([id, id]);
    await reset(alertWorkflowId(alertId));
    await inStatus(id, 'delivered', 3);
  });

  it('of a delivery that was given up has all its attempts again', async () => {
    receiver.answer(500);
    const { id, alertId } = await fired();
    await inStatus(id, 'failed', 2);
    const handle = namespace.client.workflow.getHandle(alertWorkflowId(alertId));
    await expect(handle.result()).rejects.toThrow();
    await reset(alertWorkflowId(alertId));
    await inStatus(id, 'failed', 4);
    expect(new Set(ids())).toEqual(new Set([id]));
  });
});

/** Resets a workflow to its beginning, as `temporal workflow reset --type FirstWorkflowTask` does. */
async function reset(workflowId: string): Promise<void> {
  const { client } = namespace;
  await client.workflow
    .getHandle(workflowId)
    .result()
    .catch(() => {});
  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId },
    workflowTaskFinishEventId: 3 as never,
    requestId: `${workflowId}-${Math.random()}`,
    reason: 'Deliver it again',
  });
}

async function historyOf(alertId: string): Promise<string> {
  const { events } = await namespace.client.workflow.getHandle(alertWorkflowId(alertId)).fetchHistory();
  const payloads = (events ?? []).flatMap(
    (event) => event.activityTaskCompletedEventAttributes?.result?.payloads ?? [],
  );
  return payloads.map(({ data }) => Buffer.from(data ?? []).toString()).join('\n');
}

describe('a test of a webhook', () => {
  it('answers with the attempt, whatever came of it', async () => {
    const good = await call('POST /webhooks/test', { webhook_url: receiver.url });
    expect(good).toMatchObject({
      status: 200,
      json: { attempt: { outcome: 'delivered', status_code: 204 } },
    });
    const [request] = receiver.requests;
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ type: 'webhook.test', simulated: true });
    expect(request?.headers['webhook-id']).toBe(good.json.delivery_id);
    expect(request?.headers['webhook-signature']).toMatch(/^v1,/);
    receiver.answer(500);
    const bad = await call('POST /webhooks/test', { webhook_url: receiver.url });
    expect(bad.json.attempt).toMatchObject({ outcome: 'failed', status_code: 500, error_class: 'http' });
    expect(receiver.requests).toHaveLength(2);
    expect(await delivery(bad.json.delivery_id)).toMatchObject({
      type: 'webhook.test',
      status: 'failed',
      alert_id: null,
    });
  });
});
