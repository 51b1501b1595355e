import { Webhook } from 'standardwebhooks';
import { alertWorkflowId } from '../../src/temporal';
import { type RegisteredUser, registerUser } from '../support/api-client';
import { eventually } from '../support/eventually';
import { type Receiver, startReceiver } from '../support/receiver';
import { startTestStack, type TestStack } from '../support/test-stack';

interface Alert {
  id: string;
  status: string;
}
interface Delivery {
  id: string;
  status: string;
  attempts: { number: number; outcome: string; status_code: number | null }[];
}

let stack: TestStack;
let receiver: Receiver;
let worker: Awaited<ReturnType<TestStack['startWorker']>>;
let user: RegisteredUser;
let made = 0;

beforeAll(async () => {
  receiver = await startReceiver();
  stack = await startTestStack();
  const api = await stack.startApi();
  worker = await stack.startWorker();
  user = await registerUser(api.url, 'kill@example.com');
  await eventually(async () => expect((await user.call('GET', '/api/v1/rates/')).status).toBe(200));
}, 120_000);

afterAll(async () => {
  await stack?.close();
  await receiver?.close();
});

beforeEach(() => receiver.reset());

/** An alert that comes true at the next quote. */
async function alertThatFires(): Promise<string> {
  made += 1;
  return await createAlert({ ticker: 'BTC', condition: 'gt', target_price: made });
}

async function createAlert(wish: {
  ticker: string;
  condition: string;
  target_price: number;
}): Promise<string> {
  const { status, body } = await user.call<Alert>('POST', '/api/v1/alerts/', {
    ...wish,
    webhook_url: receiver.url,
  });
  expect(status).toBe(201);
  return body.id;
}

async function deliveryOf(alertId: string): Promise<Delivery> {
  const { body } = await user.call<Delivery[]>('GET', `/api/v1/alerts/${alertId}/deliveries`);
  expect(body).toHaveLength(1);
  return body[0] as Delivery;
}

async function delivered(alertId: string): Promise<Delivery> {
  return await eventually(async () => {
    const delivery = await deliveryOf(alertId);
    expect(delivery.status).toBe('delivered');
    return delivery;
  });
}

/** Every webhook that arrived is genuine, and all of them are one message. */
function expectOneMessage(delivery: Delivery): void {
  const verifier = new Webhook(user.webhookSecret);
  for (const request of receiver.requests) {
    verifier.verify(request.body, request.headers as Record<string, string>);
    expect(request.headers['webhook-id']).toBe(delivery.id);
  }
  expect(new Set(receiver.requests.map((request) => request.body)).size).toBe(1);
}

describe('one firing is one message', () => {
  it('when the worker is killed in the middle of a POST', async () => {
    receiver.answer(async () => {
      // The first request is left hanging while its sender dies; what comes after is accepted.
      receiver.answer(204);
      await worker.kill();
    });
    const id = await alertThatFires();
    await receiver.waitFor(1);
    worker = await stack.startWorker();
    const delivery = await delivered(id);
    expectOneMessage(delivery);
    expect(receiver.requests).toHaveLength(2);
    expect(delivery.attempts.map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, 'unknown'],
      [2, 'delivered'],
    ]);
  }, 120_000);

  it('when Temporal is killed while an alert sleeps', async () => {
    const { body: rates } = await user.call<Record<string, number>>('GET', '/api/v1/rates/');
    const id = await createAlert({
      ticker: 'ETH',
      condition: 'gt',
      target_price: (rates.ETH as number) * 1.1,
    });
    const handle = stack.temporal.client.workflow.getHandle(alertWorkflowId(id));
    await eventually(async () => expect(await handle.query('status')).toMatchObject({ state: 'waiting' }));
    await stack.killTemporal();
    await stack.restartTemporal();
    await stack.setMode('wrong_price');
    const delivery = await delivered(id);
    await stack.setMode('ok');
    expectOneMessage(delivery);
    expect(receiver.requests).toHaveLength(1);
  }, 120_000);

  it('when Temporal is killed between two attempts', async () => {
    receiver.answer(503);
    const id = await alertThatFires();
    await receiver.waitFor(1);
    await stack.killTemporal();
    receiver.answer(204);
    await stack.restartTemporal();
    const delivery = await delivered(id);
    expectOneMessage(delivery);
    expect(delivery.attempts.at(0)).toMatchObject({ outcome: 'failed', status_code: 503 });
    expect(delivery.attempts.at(-1)).toMatchObject({ outcome: 'delivered', status_code: 204 });
  }, 120_000);

  it('when PostgreSQL is killed between the request and the record of its answer', async () => {
    receiver.answer(async (_, response) => {
      await stack.killPostgres();
      response.writeHead(204).end();
    });
    const id = await alertThatFires();
    await receiver.waitFor(1);
    await stack.restartPostgres();
    const delivery = await delivered(id);
    expectOneMessage(delivery);
    // The answer was known to the heartbeat: nothing is sent a second time.
    expect(receiver.requests).toHaveLength(1);
    expect(delivery.attempts.map(({ number, outcome }) => [number, outcome])).toEqual([[1, 'delivered']]);
  }, 120_000);

  it('when its workflow is terminated by hand while it delivers', async () => {
    receiver.answer(503);
    const id = await alertThatFires();
    await receiver.waitFor(1);
    receiver.answer(204);
    await stack.temporal.client.workflow.getHandle(alertWorkflowId(id)).terminate('by hand');
    const delivery = await delivered(id);
    expectOneMessage(delivery);
  }, 120_000);

  it('when its row is committed while Temporal is down', async () => {
    await stack.killTemporal();
    const id = await alertThatFires();
    await stack.restartTemporal();
    const delivery = await delivered(id);
    expectOneMessage(delivery);
    expect(receiver.requests).toHaveLength(1);
  }, 120_000);
});

describe('an alert whose workflow was terminated by hand', () => {
  it('has a workflow again', async () => {
    const id = await createAlert({ ticker: 'SOL', condition: 'gt', target_price: 1e6 });
    const handle = stack.temporal.client.workflow.getHandle(alertWorkflowId(id));
    await eventually(async () => expect(await handle.query('status')).toMatchObject({ state: 'waiting' }));
    await handle.terminate('by hand');
    await eventually(async () => expect((await handle.describe()).status.name).toBe('RUNNING'), 90_000);
    expect(await handle.query('status')).toMatchObject({ state: 'waiting', ticker: 'SOL' });
  }, 120_000);
});
