import { alertWorkflowId } from '../../src/temporal';
import { addUser } from '../api/api';
import { seedDelivery } from '../support/endpoints';
import { eventually } from '../support/eventually';
import { type Receiver, startReceiver } from '../support/receiver';
import { publishPrices } from '../support/seed';
import { call, inStatus, parts, reconcile, useDeliveries, wakeAll } from './delivery-stack';

useDeliveries({
  ...{ ENDPOINT_DISABLE_FAILURES: '3', ENDPOINT_DISABLE_AFTER: '1s' },
  ...{ WEBHOOK_MAX_ATTEMPTS: '20', WEBHOOK_RETRY_MAX: '2s' },
});

let bad: Receiver;
let good: Receiver;
let tick = Date.UTC(2026, 0, 1);
let target = 100;

beforeAll(async () => {
  bad = parts.receiver;
  good = await startReceiver();
});

afterAll(() => good?.close());

beforeEach(() => {
  good.reset();
  bad.answer(500);
});

const resultOf = (workflowId: string): Promise<unknown> =>
  parts.namespace.client.workflow.getHandle(workflowId).result();

/** A new alert that has fired, and whose workflow was told. */
async function fired(webhook_url: string): Promise<{ id: string; result: () => Promise<unknown> }> {
  target += 1;
  const body = { ticker: 'BTC', condition: 'gt', target_price: target, webhook_url };
  const { status, json } = await call('POST /alerts/', body);
  expect(status).toBe(201);
  tick += 10_000;
  await publishPrices(parts.database.db, new Date(tick), { BTC: target + 0.5 });
  await wakeAll();
  const [delivery] = (await call(`GET /alerts/${json.id}/deliveries`)).json;
  return { id: delivery.id, result: () => resultOf(alertWorkflowId(json.id)) };
}

const endpoints = async () => (await call('GET /endpoints')).json;

/** Has the attempts of one alert's delivery fail until its endpoint is disabled and the rest of them skipped. */
async function disableBad(): Promise<string> {
  const { id, result } = await fired(bad.url);
  expect(await result()).toEqual({ outcome: 'skipped', deliveryId: id });
  const attempts = (await call(`GET /deliveries/${id}`)).json.attempts.length;
  expect(attempts).toBeGreaterThanOrEqual(3);
  await inStatus(id, 'skipped', attempts);
  expect(await endpoints()).toMatchObject([{ host: host(), status: 'disabled', failures: attempts }]);
  bad.reset();
  return id;
}

const host = () => new URL(bad.url).host;
const idsOf = (receiver: Receiver) => receiver.requests.map(({ headers }) => headers['webhook-id']);

describe('an endpoint that fails', () => {
  it('is disabled, gets nothing more, is told of once, and gets what was skipped once it is enabled', async () => {
    await (await fired(good.url)).result();
    const first = await disableBad();

    const skipped = [await fired(bad.url), await fired(bad.url)];
    for (const { id, result } of skipped) {
      expect(await result()).toEqual({ outcome: 'skipped', deliveryId: id });
      await inStatus(id, 'skipped', 0);
    }
    expect(bad.requests).toEqual([]);

    for (let i = 0; i < 3; i += 1) await reconcile();
    await good.waitFor(2);
    await wakeAll();
    const [, notice, ...more] = good.requests;
    expect(more).toEqual([]);
    expect(JSON.parse(notice?.body ?? '')).toMatchObject({
      ...{ type: 'endpoint.disabled', host: host(), failures: expect.any(Number) },
      ...{ last_error: expect.stringContaining('500'), failing_since: expect.stringMatching(/Z$/) },
    });
    const sent = (await call('GET /deliveries')).json;
    const told = sent.filter(({ type }: { type: string }) => type === 'endpoint.disabled');
    expect(told).toHaveLength(1);
    await inStatus(told[0].id, 'delivered', 1);

    const [endpoint] = await endpoints();
    expect(endpoint).toMatchObject({ host: host(), status: 'disabled', skipped: 3, last_status_code: 500 });
    bad.answer(204);
    const enabled = await call(`POST /endpoints/${endpoint.id}/enable`, { send_skipped: true });
    expect([enabled.status, enabled.json]).toMatchObject([
      200,
      { ...{ id: endpoint.id, status: 'ok', failures: 0, skipped: 0, recovered: 3 } },
    ]);
    await wakeAll();
    for (const { id } of skipped) await inStatus(id, 'delivered', 1);
    await bad.waitFor(3);
    expect(idsOf(bad).sort()).toEqual([first, ...skipped.map(({ id }) => id)].sort());

    const next = await fired(bad.url);
    expect(await next.result()).toEqual({ outcome: 'delivered', deliveryId: next.id });
    expect((await call(`POST /endpoints/${endpoint.id}/enable`)).status).toBe(409);
  });

  it('still gets what its user asks for: a test, and a delivery that was skipped', async () => {
    await disableBad();
    const { id, result } = await fired(bad.url);
    await result();
    const tested = await call('POST /webhooks/test', { webhook_url: bad.url });
    expect(tested.json.attempt).toMatchObject({ outcome: 'delivered' });
    expect((await call(`POST /deliveries/${id}/redeliver`)).status).toBe(202);
    await inStatus(id, 'delivered', 1);
    expect(idsOf(bad)).toEqual([tested.json.delivery_id, id]);
    expect(await endpoints()).toMatchObject([{ status: 'disabled', skipped: 1 }]);
  });
});

describe('a flood of deliveries to an endpoint that fails', () => {
  const FLOOD = 500;
  const statuses = async (userId: string) => {
    const rows = await parts.database.db
      .selectFrom('deliveries')
      .select(['status', ({ fn }) => fn.countAll<string>().as('count')])
      .where('user_id', '=', userId)
      .groupBy('status')
      .execute();
    return Object.fromEntries(rows.map(({ status, count }) => [status, Number(count)]));
  };

  it("leaves another user's alone, loses none, and is recorded attempt by attempt", async () => {
    const other = await addUser(parts.database.db);
    const seed = (count: number, userId: string, url: string) =>
      Promise.all(Array.from({ length: count }, () => seedDelivery(parts.database.db, { userId, url })));
    const ids = await seed(FLOOD, parts.user.id, bad.url);
    await seed(20, other.id, good.url);
    await wakeAll();
    await eventually(async () => expect(await statuses(other.id)).toEqual({ delivered: 20 }));
    await eventually(async () => expect(await statuses(parts.user.id)).toEqual({ skipped: FLOOD }));
    const { attempts } = await parts.database.db
      .selectFrom('attempts')
      .select(({ fn }) => fn.countAll<string>().as('attempts'))
      .where('delivery_id', 'in', ids)
      .where('outcome', '=', 'failed')
      .executeTakeFirstOrThrow();
    expect(bad.requests.length).toBeGreaterThanOrEqual(3);
    expect(Number(attempts)).toBe(bad.requests.length);

    bad.reset();
    const [endpoint] = await endpoints();
    expect(endpoint).toMatchObject({ status: 'disabled', skipped: FLOOD });
    const { json } = await call(`POST /endpoints/${endpoint.id}/enable`, { send_skipped: true });
    expect(json).toMatchObject({ status: 'ok', recovered: FLOOD });
    await wakeAll();
    await eventually(async () => expect(await statuses(parts.user.id)).toEqual({ delivered: FLOOD }));
    expect(idsOf(bad).sort()).toEqual([...ids].sort());
  }, 180_000);
});

describe('what a user who leaves still owed', () => {
  const row = (id: string) =>
    parts.database.db
      .selectFrom('deliveries')
      .select(['status', 'next_attempt_at'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();

  it('is cancelled with them: a delivery made again, and a message of no alert', async () => {
    bad.answer((_, response) => response.writeHead(503, { 'retry-after': '2' }).end());
    good.answer(410);
    const again = await fired(good.url);
    await inStatus(again.id, 'failed', 1);
    good.reset();
    good.answer((_, response) => response.writeHead(503, { 'retry-after': '2' }).end());
    await call(`POST /deliveries/${again.id}/redeliver`);
    const message = await seedDelivery(parts.database.db, {
      ...{ userId: parts.user.id, url: bad.url, type: 'endpoint.disabled' },
    });
    await wakeAll();
    await Promise.all([bad.waitFor(1), good.waitFor(1)]);
    await Promise.all([inStatus(again.id, 'pending', 2), inStatus(message, 'pending', 1)]);
    expect((await call('DELETE /users/me')).status).toBe(204);
    for (const id of [again.id, message]) {
      expect(await row(id)).toEqual({ status: 'cancelled', next_attempt_at: null });
    }
    expect(await resultOf(`redelivery-${again.id}`)).toEqual({ outcome: 'cancelled', deliveryId: again.id });
    expect(await resultOf(`delivery-${message}`)).toEqual({ outcome: 'cancelled', deliveryId: message });
    expect([bad.requests.length, good.requests.length]).toEqual([1, 1]);
  });

  it('is cancelled at its attempt where it was stored while they left', async () => {
    expect((await call('DELETE /users/me')).status).toBe(204);
    const id = await seedDelivery(parts.database.db, {
      ...{ userId: parts.user.id, url: good.url, type: 'endpoint.disabled' },
    });
    await wakeAll();
    expect(await resultOf(`delivery-${id}`)).toEqual({ outcome: 'cancelled', deliveryId: id });
    expect(await row(id)).toEqual({ status: 'cancelled', next_attempt_at: null });
    expect(good.requests).toEqual([]);
  });
});
