import type { WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { wakeAlert } from '../../src/alert-signals';
import { deleteAlert } from '../../src/db/alerts';
import { type AlertToStart, unwokenDeliveries } from '../../src/db/wakes';
import { registerSearchAttributes } from '../../src/namespace';
import { alertWorkflowId, alertWorkflowOptions } from '../../src/temporal';
import { startWorkers, type Workers } from '../../src/worker';
import type { priceAlert } from '../../src/workflows/price-alert';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { type Receiver, startReceiver } from '../support/receiver';
import { publishPrices, seedAlert, seedUser } from '../support/seed';
import { quietRuntime, testLog, testStack } from '../support/stack';

let env: TestWorkflowEnvironment;
let database: TestDatabase;
let receiver: Receiver;
let workers: Workers;
let stack: ReturnType<typeof testStack>;
let user: { id: string };
let tick = Date.UTC(2026, 0, 1);

beforeAll(async () => {
  quietRuntime();
  database = await createTestDatabase();
  user = await seedUser(database.db);
  env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: process.env.TEST_SERVER_BINARY as string } },
  });
  await registerSearchAttributes(env);
  receiver = await startReceiver();
  stack = testStack({ databaseUrl: database.url, temporalAddress: env.address });
  workers = await startWorkers(stack, testLog, process.env.TEST_WORKFLOW_BUNDLE);
});

afterAll(async () => {
  await workers?.stop();
  await receiver?.close();
  await env?.teardown();
  await database?.drop();
});

beforeEach(() => {
  receiver.reset();
});

/** An alert on BTC > 100 with its workflow, asleep after its first look. */
async function sleepingAlert(): Promise<{ id: string; handle: WorkflowHandle<typeof priceAlert> }> {
  await database.db.updateTable('alerts').set({ status: 'deleted' }).execute();
  await publish(90);
  const id = await seedAlert(database.db, {
    userId: user.id,
    targetPrice: 100,
    webhookUrl: `${receiver.url}/${Date.now()}`,
  });
  const alert = {
    id,
    ownerId: user.id,
    ticker: 'BTC',
    condition: 'gt' as const,
    targetPrice: '100',
    webhookUrl: receiver.url,
    rule: null,
    byChildren: false,
  };
  const handle = await env.client.workflow.start<typeof priceAlert>(
    'priceAlert',
    alertWorkflowOptions(alert, stack.config.webhook),
  );
  await eventually(async () =>
    expect((await handle.query<{ state: string }>('status')).state).toBe('waiting'),
  );
  return { id, handle };
}

function publish(price: number): Promise<number> {
  tick += 10_000;
  return publishPrices(database.db, new Date(tick), { BTC: price });
}

/** Tells the workflows of all claimed alerts, as the tick does. */
async function wakeAll(): Promise<string[]> {
  const deliveries = await unwokenDeliveries(database.db, 'oldest', 100);
  for (const delivery of deliveries) {
    await wakeAlert(env.client, stack.config.webhook, delivery.alert as AlertToStart, delivery.id);
  }
  return deliveries.map(({ id }) => id);
}

async function eventTypes(handle: WorkflowHandle): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).map((event) => Object.keys(event).find((key) => key.endsWith('Attributes')) ?? '');
}

const attemptsOf = (deliveryId: string) =>
  database.db
    .selectFrom('attempts')
    .selectAll()
    .where('delivery_id', '=', deliveryId)
    .orderBy('number')
    .execute();
const deliveryRow = (id: string) =>
  database.db.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

describe('priceAlert', () => {
  it('sleeps, looks again by itself, and delivers what it missed', async () => {
    const { id, handle } = await sleepingAlert();
    await env.sleep('7h');
    await eventually(async () => {
      const looks = (await eventTypes(handle)).filter((type) => type === 'markerRecordedEventAttributes');
      expect(looks.length).toBeGreaterThanOrEqual(2);
    });
    // The alert fires, and every signal is lost.
    expect(await publish(101)).toBe(1);
    const result = await handle.result();
    expect(result.outcome).toBe('delivered');
    const [request] = await receiver.waitFor(1);
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ alert_id: id, triggered_price: 101 });
  });

  it('is woken by the signal and delivers once, however often it is told', async () => {
    const { handle } = await sleepingAlert();
    await publish(101);
    const [deliveryId] = await wakeAll();
    await wakeAll();
    await wakeAll();
    expect(await handle.result()).toEqual({ outcome: 'delivered', deliveryId });
    expect(receiver.requests.map((request) => request.headers['webhook-id'])).toEqual([deliveryId]);
    // A wake that comes after the end starts nothing.
    await wakeAlert(
      env.client,
      stack.config.webhook,
      {
        id: handle.workflowId.slice('alert-'.length),
        ownerId: user.id,
        ticker: 'BTC',
        condition: 'gt',
        targetPrice: '100',
        webhookUrl: receiver.url,
        rule: null,
        byChildren: false,
      },
      deliveryId as string,
    );
    expect((await handle.describe()).status.name).toBe('COMPLETED');
  });

  it('takes a wake without its input, as sent by hand, for a reason to look', async () => {
    const { handle } = await sleepingAlert();
    await publish(101);
    await handle.signal('wake');
    expect((await handle.result()).outcome).toBe('delivered');
  });

  it('ends when its alert is deleted while it sleeps', async () => {
    const { id, handle } = await sleepingAlert();
    await deleteAlert(database.db, { id, userId: user.id, market: 'replay' });
    await handle.signal('changed');
    expect(await handle.result()).toEqual({ outcome: 'deleted' });
    await publish(101);
    expect(receiver.requests).toEqual([]);
  });

  it('notices a deletion that it was not told of', async () => {
    const { id, handle } = await sleepingAlert();
    await deleteAlert(database.db, { id, userId: user.id, market: 'replay' });
    expect(await handle.result()).toEqual({ outcome: 'deleted' });
  });

  it('makes no further attempt when its alert is deleted during the delivery', async () => {
    receiver.answer(503);
    const { id, handle } = await sleepingAlert();
    await publish(101);
    const [deliveryId] = await wakeAll();
    await receiver.waitFor(1);
    await deleteAlert(database.db, { id, userId: user.id, market: 'replay' });
    const made = receiver.requests.length;
    await handle.signal('changed');
    expect((await handle.result()).outcome).toMatch(/deleted|cancelled/);
    await env.sleep('1h');
    expect(receiver.requests.length).toBe(made);
    expect((await deliveryRow(deliveryId as string)).status).toBe('cancelled');
  });

  it('recovers on a retry, with the same id and the same bytes', async () => {
    let answers = 0;
    receiver.answer((_, response) => response.writeHead(++answers < 3 ? 503 : 200).end());
    const { handle } = await sleepingAlert();
    await publish(101);
    const [deliveryId] = await wakeAll();
    expect((await handle.result()).outcome).toBe('delivered');
    expect(receiver.requests).toHaveLength(3);
    expect(new Set(receiver.requests.map((request) => request.headers['webhook-id']))).toEqual(
      new Set([deliveryId]),
    );
    expect(new Set(receiver.requests.map((request) => request.body)).size).toBe(1);
    const attempts = await attemptsOf(deliveryId as string);
    expect(attempts.map(({ number, outcome, status_code }) => [number, outcome, status_code])).toEqual([
      [1, 'failed', 503],
      [2, 'failed', 503],
      [3, 'delivered', 200],
    ]);
  });

  it('fails clearly when the delivery is given up, with every attempt in the failure', async () => {
    receiver.answer(500);
    const { handle } = await sleepingAlert();
    await publish(101);
    const [deliveryId] = await wakeAll();
    await expect(handle.result()).rejects.toMatchObject({
      cause: {
        type: 'DeliveryFailed',
        message: expect.stringContaining(`Webhook ${deliveryId} was given up after 4 attempts`),
      },
    });
    expect(receiver.requests).toHaveLength(4);
    expect((await deliveryRow(deliveryId as string)).status).toBe('failed');
    const { events } = await handle.fetchHistory();
    const failed = events?.find((event) => event.activityTaskFailedEventAttributes);
    const details =
      failed?.activityTaskFailedEventAttributes?.failure?.applicationFailureInfo?.details?.payloads?.[0];
    const attempts = JSON.parse(Buffer.from(details?.data ?? []).toString());
    expect(
      attempts.map((attempt: { number: number; statusCode: number }) => [attempt.number, attempt.statusCode]),
    ).toEqual([
      [1, 500],
      [2, 500],
      [3, 500],
      [4, 500],
    ]);
  });

  it('stops at once when the receiver answers 410', async () => {
    receiver.answer(410);
    const { handle } = await sleepingAlert();
    await publish(101);
    await wakeAll();
    await expect(handle.result()).rejects.toThrow();
    expect(receiver.requests).toHaveLength(1);
  });

  it('can be started again after it was terminated, and still delivers', async () => {
    const { handle } = await sleepingAlert();
    await handle.terminate('by hand');
    await publish(101);
    const [deliveryId] = await wakeAll();
    const again = env.client.workflow.getHandle<typeof priceAlert>(
      alertWorkflowId(handle.workflowId.slice(6)),
    );
    expect(await again.result()).toEqual({ outcome: 'delivered', deliveryId });
  });

  it('keeps to the pause that the receiver asked for, also when it was started anew', async () => {
    receiver.answer((_, response) => response.writeHead(503, { 'Retry-After': '3' }).end());
    const { handle } = await sleepingAlert();
    await publish(105);
    const [deliveryId = ''] = await wakeAll();
    await eventually(async () =>
      expect((await deliveryRow(deliveryId)).next_attempt_at?.getTime()).toBeGreaterThan(Date.now()),
    );
    await handle.terminate('by hand');
    receiver.answer(204);
    await wakeAll();
    await receiver.waitFor(2);
    const [first, second] = await attemptsOf(deliveryId);
    const pauseMs = (second?.started_at.getTime() ?? 0) - (first?.ended_at?.getTime() ?? 0);
    // Less the second that clocks may differ by.
    expect(pauseMs).toBeGreaterThanOrEqual(1_900);
  });

  it('says that it was given up before, where it is woken once more', async () => {
    receiver.answer(410);
    const { id, handle } = await sleepingAlert();
    await publish(105);
    const [delivery] = await unwokenDeliveries(database.db, 'oldest', 1);
    await wakeAll();
    await expect(handle.result()).rejects.toThrow();
    await wakeAlert(
      env.client,
      stack.config.webhook,
      delivery?.alert as AlertToStart,
      delivery?.id as string,
    );
    const again = env.client.workflow.getHandle(alertWorkflowId(id));
    await expect(again.result()).rejects.toMatchObject({
      cause: { message: expect.stringContaining('was given up before, after 1 attempt') },
    });
    expect(receiver.requests).toHaveLength(1);
  });

  it('continues as new before its history grows long, and still fires', async () => {
    const { handle } = await sleepingAlert();
    const { runId } = await handle.describe();
    await eventually(async () => {
      await env.sleep('30d');
      expect((await handle.describe()).runId).not.toBe(runId);
    });
    await publish(101);
    await wakeAll();
    const latest = env.client.workflow.getHandle<typeof priceAlert>(handle.workflowId);
    expect((await latest.result()).outcome).toBe('delivered');
  }, 180_000);
});
