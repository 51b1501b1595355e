import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient, type Pricehook } from '../../clients/typescript';
import { registerUser } from '../support/api-client';
import { eventually } from '../support/eventually';
import { type Receiver, startReceiver } from '../support/receiver';
import { runSchemathesis } from '../support/schemathesis/run';
import { startTestStack, type TestStack } from '../support/test-stack';

const OPERATOR = 'operator@example.com';

let stack: TestStack;
let receiver: Receiver;
let url: string;
let key: string;
let client: Pricehook;

beforeAll(async () => {
  stack = await startTestStack({ OPERATOR_EMAILS: OPERATOR });
  receiver = await startReceiver();
  await stack.startWorker();
  ({ url } = await stack.startApi());
  key = (await registerUser(url, OPERATOR)).apiKey;
  client = createClient({ baseUrl: url, apiKey: key });
}, 120_000);
afterAll(async () => {
  await stack?.close();
  await receiver?.close();
});

describe('the TypeScript client', () => {
  it('draws a line and sees what became of its webhook', async () => {
    await eventually(async () => expect((await client.GET('/api/v1/rates/')).data?.BTC).toBeGreaterThan(0));
    const body = { ticker: 'btc', target_price: '0.01', condition: 'gt', webhook_url: receiver.url } as const;
    const { data: alert, response } = await client.POST('/api/v1/alerts/', { body });
    expect(response.status).toBe(201);
    expect(alert).toMatchObject({ ticker: 'BTC', target_price: 0.01, status: 'active' });
    await receiver.waitFor(1);
    const params = { path: { id: alert?.id ?? '' } };
    await eventually(async () => {
      const { data = [] } = await client.GET('/api/v1/alerts/{id}/deliveries', { params });
      expect(data.map(({ status, attempts }) => [status, attempts[0]?.status_code])).toEqual([
        ['delivered', 204],
      ]);
    });
    const { data: fired } = await client.GET('/api/v1/alerts/', { params: { query: { status: 'fired' } } });
    expect(fired?.map(({ id }) => id)).toEqual([alert?.id]);
  });

  it('answers an error in place of what was asked for', async () => {
    const body = { ticker: 'BTC', target_price: -1, condition: 'gt', webhook_url: receiver.url } as const;
    const { data, error, response } = await client.POST('/api/v1/alerts/', { body });
    expect([data, response.status]).toEqual([undefined, 422]);
    expect(error).toMatchObject({ error: 'ValidationError', code: 422 });
    const { error: missing } = await createClient({ baseUrl: url }).GET('/api/v1/users/me');
    expect(missing?.detail).toBe('Missing API Key in headers');
  });

  it('asks for the key at each request', async () => {
    let current: string | undefined;
    const late = createClient({ baseUrl: url, apiKey: () => current });
    expect((await late.GET('/api/v1/users/me')).response.status).toBe(401);
    current = key;
    expect((await late.GET('/api/v1/users/me')).data?.email).toBe(OPERATOR);
  });

  it('can be required by a program in CommonJS', async () => {
    const program = `
      const { createClient } = require(${JSON.stringify(join(__dirname, '../../clients/typescript/index.js'))});
      createClient({ baseUrl: '${url}' }).GET('/health').then(({ data }) => console.log(data.status));`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['-e', program]);
    expect([stdout, stderr]).toEqual(['ok\n', '']);
  });
});

describe('the API, as Schemathesis tries it', () => {
  it('answers as its description says, to what fits it and what does not', async () => {
    const tested = { API_URL: url, API_KEY: key, WEBHOOK_URL: `${receiver.url}/hook` };
    const { data } = await client.POST('/api/v1/webhooks/test', { body: { webhook_url: receiver.url } });
    const ran = await runSchemathesis({ ...tested, DELIVERY_ID: data?.delivery_id ?? '' });
    expect(ran.passed ? '' : ran.output).toBe('');
    const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: object };
    const calls = Object.values(paths).flatMap((path) => Object.keys(path)).length;
    expect(ran.output).toMatch(new RegExp(`Tested: ${calls}\\n`));
    expect((await client.GET('/health')).data?.checks).toMatchObject({ database: 'ok', worker: 'ok' });
  }, 300_000);
});
