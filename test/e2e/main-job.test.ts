import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { alertWorkflowId } from '../../src/temporal';
import { apiClient, type RegisteredUser, registerUser } from '../support/api-client';
import { eventually } from '../support/eventually';
import { type Receiver, startReceiver } from '../support/receiver';
import { startTestStack, type TestStack } from '../support/test-stack';

interface Alert {
  id: string;
  ticker: string;
  target_price: number;
  status: string;
  is_active: boolean;
  triggered_at: string | null;
  triggered_price: number | null;
}
interface Delivery {
  id: string;
  status: string;
  next_attempt_at: string | null;
  attempts: { number: number; outcome: string; status_code: number | null; error: string | null }[];
}

const run = promisify(execFile);
let stack: TestStack;
let receiver: Receiver;
let url: string;
let alice: RegisteredUser;
let bob: RegisteredUser;
let target = 0;

beforeAll(async () => {
  receiver = await startReceiver();
  // Long enough between attempts that what is told of the next one can be looked at.
  stack = await startTestStack({ WEBHOOK_RETRY_INITIAL: '1s' });
  ({ url } = await stack.startApi());
  alice = await registerUser(url, 'alice@example.com');
  bob = await registerUser(url, 'bob@example.com');
}, 120_000);

afterAll(async () => {
  await stack?.close();
  await receiver?.close();
});

beforeEach(() => receiver.reset());

async function createAlert(wish: object = {}): Promise<Alert> {
  target += 1;
  const body = { ticker: 'btc', condition: 'gt', target_price: target, webhook_url: receiver.url, ...wish };
  const answer = await alice.call<Alert>('POST', '/api/v1/alerts/', body);
  expect(answer.status).toBe(201);
  return answer.body;
}

async function deliveryOf(alertId: string): Promise<Delivery> {
  const { body } = await alice.call<Delivery[]>('GET', `/api/v1/alerts/${alertId}/deliveries`);
  expect(body).toHaveLength(1);
  return body[0] as Delivery;
}

/** What the real command-line program of Temporal prints. */
async function temporalCli(...args: string[]): Promise<string> {
  const { stdout } = await run(process.env.TEST_TEMPORAL_CLI as string, [
    ...args,
    '--address',
    stack.temporalAddress,
  ]);
  return stdout;
}

describe('the main job, from outside', () => {
  it('has no rates before the first tick, and says so', async () => {
    expect((await alice.call('GET', '/api/v1/rates/')).status).toBe(503);
    const health = await apiClient(url).call<{ status: string; checks: object }>('GET', '/health');
    expect([health.status, health.body]).toMatchObject([
      503,
      {
        status: 'degraded',
        market: 'replay',
        checks: { database: 'ok', temporal: 'ok', worker: 'down', quotes: 'down' },
      },
    ]);
  });

  it('has the rates of all tickers after it', async () => {
    await stack.startWorker();
    const rates = await eventually(async () => {
      const answer = await alice.call<Record<string, number>>('GET', '/api/v1/rates/');
      expect(answer.status).toBe(200);
      return answer.body;
    });
    expect(Object.keys(rates).sort()).toEqual(['BNB', 'BTC', 'DOGE', 'ETH', 'SOL']);
    const health = await eventually(async () => {
      const answer = await apiClient(url).call<{ status: string }>('GET', '/health');
      expect(answer.status).toBe(200);
      return answer;
    });
    expect(health.body).toMatchObject({ status: 'ok', market: 'replay' });
    expect(health.headers.get('x-market')).toBe('replay');
  });

  it('tells how its sources do', async () => {
    const { body } = await alice.call<{ name: string; status: string }[]>('GET', '/api/v1/sources');
    expect(body).toHaveLength(6);
    expect(body.map(({ status }) => status)).toEqual(Array(6).fill('ok'));
  });

  it('refuses a second registration and knows its users', async () => {
    const again = await apiClient(url).call('POST', '/api/v1/users/register', { email: 'ALICE@example.com' });
    expect(again.status).toBe(400);
    const me = await alice.call('GET', '/api/v1/users/me');
    expect(me.body).toMatchObject({ id: alice.id, email: 'alice@example.com', is_active: true });
  });

  it('fires an alert and delivers one signed webhook', async () => {
    const alert = await createAlert();
    expect(alert).toMatchObject({ ticker: 'BTC', status: 'active', is_active: true, triggered_at: null });
    const [request] = await receiver.waitFor(1);
    const payload = new Webhook(alice.webhookSecret).verify(
      request?.body ?? '',
      request?.headers as Record<string, string>,
    ) as Record<string, unknown>;
    const fired = (await alice.call<Alert>('GET', `/api/v1/alerts/${alert.id}`)).body;
    expect(fired).toMatchObject({ status: 'fired', is_active: false });
    expect(payload).toEqual({
      type: 'alert.triggered',
      timestamp: expect.any(String),
      alert_id: alert.id,
      ticker: 'BTC',
      triggered_price: fired.triggered_price,
      condition: 'gt',
      target_price: alert.target_price,
      triggered_at: fired.triggered_at,
      simulated: true,
    });
    const delivery = await eventually(async () => {
      const row = await deliveryOf(alert.id);
      expect(row.status).toBe('delivered');
      return row;
    });
    expect(request?.headers['webhook-id']).toBe(delivery.id);
    expect(receiver.requests).toHaveLength(1);
  });

  it('refuses an identical active alert, and hides alerts from other users', async () => {
    const alert = await createAlert({ target_price: 1e9 });
    const body = { ticker: 'BTC', condition: 'gt', target_price: '1000000000.0', webhook_url: receiver.url };
    expect((await alice.call('POST', '/api/v1/alerts', body)).status).toBe(409);
    const other = await bob.call('GET', `/api/v1/alerts/${alert.id}`);
    const unknown = await bob.call('GET', '/api/v1/alerts/00000000-0000-4000-8000-000000000000');
    expect([other.status, other.body]).toEqual([404, unknown.body]);
    expect((await bob.call('DELETE', `/api/v1/alerts/${alert.id}`)).status).toBe(404);
    expect((await bob.call('GET', '/api/v1/alerts/')).body).toEqual([]);
  });

  it('ends the workflow of a deleted alert', async () => {
    const alert = await createAlert({ target_price: 2e9 });
    const handle = stack.temporal.client.workflow.getHandle(alertWorkflowId(alert.id));
    await eventually(async () => expect(await handle.query('status')).toMatchObject({ state: 'waiting' }));
    expect((await alice.call('DELETE', `/api/v1/alerts/${alert.id}`)).status).toBe(204);
    expect(await handle.result()).toEqual({ outcome: 'deleted' });
    expect((await alice.call('GET', `/api/v1/alerts/${alert.id}`)).status).toBe(404);
  });

  it('can be found and read in Temporal while it waits', async () => {
    const alert = await createAlert({ ticker: 'ETH', condition: 'lt', target_price: 1.5 });
    await eventually(async () => {
      const query = `AlertTicker='ETH' AND AlertCondition='lt' AND AlertTarget<2 AND AlertStatus='active' AND AlertOwner='${alice.id}'`;
      expect(await temporalCli('workflow', 'list', '--query', query)).toContain(alertWorkflowId(alert.id));
    });
    const described = await temporalCli(
      'workflow',
      'describe',
      '-w',
      alertWorkflowId(alert.id),
      '-o',
      'json',
    );
    const origin = new URL(receiver.url).origin;
    expect(JSON.parse(described).executionConfig.userMetadata.summary).toBe(`ETH < 1.5 → ${origin}`);
    // What the Web UI asks for to show the current details.
    const handle = stack.temporal.client.workflow.getHandle(alertWorkflowId(alert.id));
    const metadata = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
    expect(metadata.currentDetails).toContain('Waits for ETH < 1.5');
    expect(metadata.currentDetails).toMatch(/Looks again by itself: \d{4}-/);
  });

  it('makes four attempts, shows each while it retries and after, and fails for all to see', async () => {
    receiver.answer((_, response) =>
      response.writeHead(503, { 'content-type': 'text/plain' }).end('try later'),
    );
    const alert = await createAlert();
    const workflowId = alertWorkflowId(alert.id);
    await receiver.waitFor(2);
    const described = await eventually(async () => {
      const text = await temporalCli('workflow', 'describe', '-w', workflowId);
      expect(text).toMatch(/deliverWebhook/);
      expect(text).toMatch(/Attempt \d of 4/);
      return text;
    });
    expect(described).toMatch(/503/);
    const handle = stack.temporal.client.workflow.getHandle(workflowId);
    await expect(handle.result()).rejects.toThrow();
    const delivery = await deliveryOf(alert.id);
    expect(delivery.status).toBe('failed');
    expect(
      delivery.attempts.map(({ number, outcome, status_code }) => [number, outcome, status_code]),
    ).toEqual([1, 2, 3, 4].map((number) => [number, 'failed', 503]));
    const shown = JSON.parse(await temporalCli('workflow', 'show', '-w', workflowId, '-o', 'json'));
    const failed = shown.events.find((event: object) => 'activityTaskFailedEventAttributes' in event);
    const [details] =
      failed.activityTaskFailedEventAttributes.failure.applicationFailureInfo.details.payloads;
    const attempts = JSON.parse(Buffer.from(details.data, 'base64').toString());
    expect(
      attempts.map((attempt: { number: number; statusCode: number; error: string }) => attempt),
    ).toMatchObject(
      delivery.attempts.map(({ number, status_code, error }) => ({ number, statusCode: status_code, error })),
    );
    await eventually(async () => {
      const failedOnes = await temporalCli('workflow', 'list', '--query', 'ExecutionStatus="Failed"');
      expect(failedOnes).toContain(workflowId);
    });
  });

  it('limits each call by user or address', async () => {
    const limited = await stack.startApi({ RATE_LIMITS: 'on' });
    const client = apiClient(limited.url, bob.apiKey);
    const calls: [string, string, number, object?][] = [
      ['GET', '/api/v1/users/me', 5],
      ['GET', '/api/v1/rates/', 5],
      ['POST', '/api/v1/alerts/', 5, {}],
      ['GET', '/api/v1/alerts/', 5],
      ['GET', `/api/v1/alerts/${alice.id}`, 5],
      ['DELETE', `/api/v1/alerts/${alice.id}`, 5],
      ['GET', `/api/v1/alerts/${alice.id}/deliveries`, 5],
      ['GET', '/api/v1/sources', 5],
      ['POST', '/api/v1/users/register', 2, {}],
    ];
    for (const [method, path, limit, body] of calls) {
      const answers = await Promise.all(
        Array.from({ length: 4 * limit }, () => client.call(method, path, body)),
      );
      const refused = answers.filter(({ status }) => status === 429);
      expect([path, refused.length > 0, refused.length < answers.length]).toEqual([path, true, true]);
      expect(refused[0]?.body).toMatchObject({
        code: 429,
        detail: expect.stringMatching(/^Rate limit exceeded/),
      });
    }
  });

  it('says that PostgreSQL is down, and recovers with it', async () => {
    await stack.stopPostgres();
    await eventually(async () => {
      const { status, body } = await apiClient(url).call<{ checks: { database: string } }>('GET', '/health');
      expect([status, body.checks.database]).toEqual([503, 'down']);
    });
    expect((await alice.call('GET', '/api/v1/alerts/')).status).toBe(503);
    await stack.restartPostgres();
    await eventually(async () => expect((await apiClient(url).call('GET', '/health')).status).toBe(200));
    const alert = await createAlert();
    await receiver.waitFor(1);
    expect(JSON.parse(receiver.requests[0]?.body ?? '')).toMatchObject({ alert_id: alert.id });
  });
});
