import { WorkflowFailedError } from '@temporalio/client';
import { makeDue } from '../../src/db/reconciling';
import { alertWorkflowId } from '../../src/temporal';
import { type RegisteredUser, registerUser } from '../support/api-client';
import { eventually } from '../support/eventually';
import { type Receiver, startReceiver } from '../support/receiver';
import { startTestStack, type TestStack } from '../support/test-stack';

interface Alert {
  id: string;
  status: string;
  firings?: number;
}
interface Delivery {
  id: string;
  status: string;
  webhook_url: string;
  type: string;
}

let stack: TestStack;
let receiver: Receiver;
let alice: RegisteredUser;
let worker: Awaited<ReturnType<TestStack['startWorker']>>;
let target = 0;

beforeAll(async () => {
  receiver = await startReceiver();
  stack = await startTestStack({ WEBHOOK_RETRY_INITIAL: '300ms', WEBHOOK_MAX_ATTEMPTS: '2' });
  const { url } = await stack.startApi();
  alice = await registerUser(url, 'alice@example.com');
  worker = await stack.startWorker();
}, 120_000);
afterAll(async () => {
  await stack?.close();
  await receiver?.close();
});
beforeEach(() => receiver.reset());

/** An alert with a rule that is true at any price. */
async function create(wish: object): Promise<Alert> {
  target += 1;
  const body = { ticker: 'BTC', condition: 'gt', threshold: target, webhook_url: receiver.url, ...wish };
  const answer = await alice.call<Alert>('POST', '/api/v1/alerts/', body);
  expect([answer.status, answer.body]).toMatchObject([201, {}]);
  return answer.body;
}

const handleOf = ({ id }: Alert) => stack.temporal.client.workflow.getHandle(alertWorkflowId(id));
const read = async ({ id }: Alert) => (await alice.call<Alert>('GET', `/api/v1/alerts/${id}`)).body;
const deliveriesOf = async ({ id }: Alert) =>
  (await alice.call<Delivery[]>('GET', '/api/v1/deliveries')).body.filter(
    (delivery) => (delivery as Delivery & { alert_id: string }).alert_id === id,
  );
const bodies = () => receiver.requests.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

describe('an alert with a rule', () => {
  it('fires once, with its note and labels, and its workflow ends', async () => {
    const alert = await create({ note: 'Take profit', labels: { desk: 'spot' }, events: [] });
    await receiver.waitFor(1);
    expect(bodies()[0]).toMatchObject({
      ...{
        type: 'alert.triggered',
        alert_id: alert.id,
        metric: 'price',
        condition: 'gt',
        target_price: target,
      },
      ...{ note: 'Take profit', labels: { desk: 'spot' }, firing_number: 1, simulated: true },
    });
    expect(await handleOf(alert).result()).toMatchObject({ outcome: 'delivered' });
    expect(await read(alert)).toMatchObject({ status: 'fired', firings: 1, note: 'Take profit' });
    await eventually(async () =>
      expect((await deliveriesOf(alert)).map(({ status }) => status)).toEqual(['delivered']),
    );
    expect(receiver.requests).toHaveLength(1);
  });

  it('delivers to each URL by a child of its own, which fails alone', async () => {
    receiver.answer(({ path }, response) => response.writeHead(path === '/bad' ? 500 : 204).end());
    const base = new URL(receiver.url).origin;
    const urls = [`${base}/bad`, `${base}/good`];
    const alert = await create({
      ...{ webhook_url: undefined, webhook_urls: urls, events: [] },
      repeat: { every: '90d' },
    });
    const [good, bad] = await eventually(async () => {
      const deliveries = await deliveriesOf(alert);
      expect(deliveries.map(({ status }) => status).sort()).toEqual(['delivered', 'failed']);
      return deliveries.sort((a, b) => (a.status < b.status ? -1 : 1)) as [Delivery, Delivery];
    });
    expect(good.webhook_url).toBe(urls[1]);
    const child = stack.temporal.client.workflow.getHandle(`delivery-${bad.id}`);
    await expect(child.result()).rejects.toThrow(WorkflowFailedError);
    const parent = (await child.describe()).raw.workflowExecutionInfo?.parentExecution;
    expect(parent?.workflowId).toBe(alertWorkflowId(alert.id));
    // Its alert goes on.
    expect((await handleOf(alert).describe()).status.name).toBe('RUNNING');
    expect(await read(alert)).toMatchObject({ status: 'active', firings: 1 });
  });

  it('expires when its time has come, and says so', async () => {
    const expires_at = new Date(Date.now() + 2_000).toISOString();
    const alert = await create({ threshold: 1e9, expires_at });
    await receiver.waitFor(1);
    expect(bodies()[0]).toMatchObject({ type: 'alert.expired', alert_id: alert.id, expires_at });
    expect(await handleOf(alert).result()).toEqual({ outcome: 'expired' });
    expect(await read(alert)).toMatchObject({ status: 'expired', is_active: false });
    const change = await alice.call('PATCH', `/api/v1/alerts/${alert.id}`, { note: 'late' });
    expect(change.status).toBe(409);
  });

  it('begins no attempt once it is paused, and watches again when it is resumed', async () => {
    receiver.answer(500);
    const alert = await create({ repeat: { every: '1m' }, events: [] });
    await receiver.waitFor(1);
    const paused = await alice.call<Alert>('PATCH', `/api/v1/alerts/${alert.id}`, { paused: true });
    expect(paused.body).toMatchObject({ status: 'paused' });
    const made = receiver.requests.length;
    await eventually(async () =>
      expect(await handleOf(alert).query('status')).toMatchObject({ state: 'paused' }),
    );
    expect((await deliveriesOf(alert))[0]?.status).toMatch(/cancelled|failed/);
    expect(receiver.requests).toHaveLength(made);
    receiver.answer(204);
    // Back in the time before its cooldown, it would not fire at once.
    await stack.db
      .updateTable('alerts')
      .set({ triggered_at: new Date(Date.now() - 120_000) })
      .where('id', '=', alert.id)
      .execute();
    await alice.call('PATCH', `/api/v1/alerts/${alert.id}`, { paused: false });
    await eventually(async () => expect(await read(alert)).toMatchObject({ status: 'active', firings: 2 }));
    await receiver.waitFor(made + 1);
  });

  it('is deleted with its workflow', async () => {
    const alert = await create({ threshold: 1e9, note: 'never' });
    await eventually(async () =>
      expect(await handleOf(alert).query('status')).toMatchObject({ state: 'waiting' }),
    );
    expect((await alice.call('DELETE', `/api/v1/alerts/${alert.id}`)).status).toBe(204);
    expect(await handleOf(alert).result()).toEqual({ outcome: 'deleted' });
    expect(
      await stack.db.selectFrom('watches').select('alert_id').where('alert_id', '=', alert.id).execute(),
    ).toEqual([]);
  });

  it('can be made of a plain one, whose workflow goes on as another, and back', async () => {
    const plain = await alice.call<Alert>('POST', '/api/v1/alerts/', {
      ...{ ticker: 'ETH', condition: 'gt', target_price: 1e9, webhook_url: receiver.url },
    });
    const alert = plain.body;
    const change = (body: object) => alice.call<Alert>('PATCH', `/api/v1/alerts/${alert.id}`, body);
    const inWorkflow = (type: string) =>
      eventually(async () => {
        expect((await handleOf(alert).describe()).type).toBe(type);
        expect(await handleOf(alert).query('status')).toMatchObject({ state: 'waiting' });
      });
    await inWorkflow('priceAlert');
    await change({ note: 'the same workflow does' });
    await inWorkflow('priceAlert');
    await change({ repeat: { every: '1h', max_firings: 1 } });
    await inWorkflow('watchAlert');
    await change({ repeat: null });
    await inWorkflow('priceAlert');
    await change({ repeat: { every: '1h', max_firings: 1 } });
    await inWorkflow('watchAlert');
    const changed = await change({ threshold: 1, for: '1s', note: 'now' });
    expect([changed.status, changed.body]).toMatchObject([200, { for: '1s', note: 'now', target_price: 1 }]);
    await receiver.waitFor(1);
    expect(bodies()[0]).toMatchObject({ alert_id: alert.id, note: 'now' });
    expect(await handleOf(alert).result()).toEqual({ outcome: 'fired' });
  });

  it('expires while it is paused, too', async () => {
    const kinds = [{ note: 'by itself' }, { repeat: { every: '1h' } }];
    for (const kind of kinds) {
      const expires_at = new Date(Date.now() + 5_000).toISOString();
      const alert = await create({ threshold: 1e9, expires_at, ...kind });
      await alice.call('PATCH', `/api/v1/alerts/${alert.id}`, { paused: true });
      expect(await handleOf(alert).result()).toEqual({ outcome: 'expired' });
      expect(await read(alert)).toMatchObject({ status: 'expired' });
    }
    await receiver.waitFor(kinds.length);
    expect(bodies().map(({ type }) => type)).toEqual(kinds.map(() => 'alert.expired'));
  });

  it('does not wait beyond its expiry for the end of its last firing, and is not looked after until then', async () => {
    const expires_at = new Date(Date.now() + 6_000).toISOString();
    const alert = await create({
      expires_at,
      repeat: { every: '1h', max_firings: 1 },
      events: ['recovered'],
    });
    await receiver.waitFor(1);
    await eventually(async () => {
      const row = stack.db.selectFrom('alerts').select(['status', 'next_check_at']);
      expect(await row.where('id', '=', alert.id).executeTakeFirst()).toEqual({
        ...{ status: 'fired', next_check_at: null },
      });
    });
    expect((await handleOf(alert).describe()).status.name).toBe('RUNNING');
    expect(await handleOf(alert).result()).toEqual({ outcome: 'fired' });
    const watches = stack.db.selectFrom('watches').select('alert_id').where('alert_id', '=', alert.id);
    expect(await watches.execute()).toEqual([]);
  });

  it('is not changed into one that has fired as often as it may', async () => {
    const alert = await create({ repeat: { every: '1h' }, events: [] });
    await receiver.waitFor(1);
    for (const repeat of [null, { every: '1h', max_firings: 1 }]) {
      const { status, body } = await alice.call('PATCH', `/api/v1/alerts/${alert.id}`, { repeat });
      expect([status, body]).toMatchObject([422, { errors: [{ path: 'repeat' }] }]);
    }
    const more = await alice.call('PATCH', `/api/v1/alerts/${alert.id}`, {
      repeat: { every: '1h', max_firings: 2 },
    });
    expect(more.status).toBe(200);
  });

  it('has a message delivered whose child was terminated', async () => {
    receiver.answer((_, response) => response.writeHead(503, { 'retry-after': '3' }).end());
    const alert = await create({ repeat: { every: '90d' }, events: [] });
    await receiver.waitFor(1);
    const [delivery] = (await deliveriesOf(alert)) as [Delivery];
    const child = stack.temporal.client.workflow.getHandle(`delivery-${delivery.id}`);
    await child.terminate();
    receiver.answer(204);
    // As the reconciliation does, which finds it in the list of what ended by force.
    await makeDue(stack.db, { alertIds: [], deliveryIds: [delivery.id] });
    await eventually(async () =>
      expect((await deliveriesOf(alert)).map(({ status }) => status)).toEqual(['delivered']),
    );
    expect(await child.result()).toMatchObject({ outcome: 'delivered' });
  });

  it('fires and delivers once each, whatever is killed in between', async () => {
    const alerts = await Promise.all(
      Array.from({ length: 10 }, (_, n) => create({ note: `alert ${n}`, for: '3s', events: [] })),
    );
    await worker.kill();
    await stack.killTemporal();
    await stack.restartTemporal();
    worker = await stack.startWorker();
    await eventually(async () => {
      for (const alert of alerts) expect(await read(alert)).toMatchObject({ status: 'fired', firings: 1 });
    });
    await eventually(() => {
      const ids = new Set(bodies().map(({ alert_id }) => alert_id));
      expect(alerts.filter(({ id }) => !ids.has(id))).toEqual([]);
    });
    const messages = await stack.db
      .selectFrom('deliveries')
      .select('id')
      .where(
        'alert_id',
        'in',
        alerts.map(({ id }) => id),
      )
      .execute();
    expect(messages).toHaveLength(10);
  });
});
