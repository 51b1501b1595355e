import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { sql } from 'kysely';
import { alertWorkflowId } from '../../src/temporal';
import { type Answer, type RegisteredUser, registerUser } from '../support/api-client';
import { eventually } from '../support/eventually';
import type { StartedProcess } from '../support/processes';
import { type Receiver, startReceiver } from '../support/receiver';
import { startTestStack, type TestStack } from '../support/test-stack';
import { unfolded } from './unfolded';

/** Short, since PostgreSQL quotes no more than the first 64 characters of a column. */
const TOKEN = 'hunter2hunter2';

let stack: TestStack;
let receiver: Receiver;
let user: RegisteredUser;
let programs: StartedProcess[];
let target = 0;

beforeAll(async () => {
  receiver = await startReceiver();
  stack = await startTestStack({ WEBHOOK_MAX_ATTEMPTS: '2', LOG_LEVEL: 'trace' });
  const api = await stack.startApi();
  user = await registerUser(api.url, 'privacy@example.com');
  programs = [api, await stack.startWorker()];
}, 120_000);

afterAll(async () => {
  await stack?.close();
  await receiver?.close();
});

const post = (webhook_url: string) => {
  target += 1;
  const body = { ticker: 'BTC', condition: 'gt', target_price: target, webhook_url };
  return user.call<{ id: string; webhook_url: string }>('POST', '/api/v1/alerts/', body);
};

async function create(url: string): Promise<string> {
  const { status, body } = await post(url);
  expect([status, body.webhook_url]).toEqual([201, url]);
  return body.id;
}

const hasStatus = (id: string, name: string) =>
  eventually(async () => {
    const { status } = await stack.temporal.client.workflow.getHandle(alertWorkflowId(id)).describe();
    expect(status.name).toBe(name);
  });

/** Everything that Temporal tells of all workflows, with what stands in it in base64. */
async function allOfTemporal(): Promise<string> {
  const { client } = stack.temporal;
  const texts: string[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const handle = client.workflow.getHandle(workflowId, runId);
    texts.push(unfolded(historyToJSON(await handle.fetchHistory())));
    texts.push(unfolded(JSON.stringify((await handle.describe()).raw)));
  }
  expect(texts.length).toBeGreaterThan(4);
  return texts.join('\n');
}

describe('a webhook URL with a token in its query', () => {
  it('shows it to nobody but its user, whatever becomes of the delivery', async () => {
    receiver.answer((request, response) => {
      const status = request.path.includes('fails') ? 404 : 200;
      const { path } = request;
      response.writeHead(status, { location: `https://elsewhere.example${path}`, 'x-echo': path });
      response.end(
        `${request.method} ${path} {"token":"${new URL(path, receiver.url).searchParams.get('token')}"}`,
      );
    });
    const delivered = await create(`${receiver.url}?token=${TOKEN}`);
    const failed = await create(`${receiver.url}/fails?token=${TOKEN}`);
    const refused = await create(`http://127.0.0.1:9/?token=${TOKEN}`);
    const nameless = await create(`http://no-such-host.invalid/?token=${TOKEN}`);
    await hasStatus(delivered, 'COMPLETED');
    for (const id of [failed, refused, nameless]) await hasStatus(id, 'FAILED');
    const asleep = await user.call<{ id: string }>('POST', '/api/v1/alerts/', {
      ...{ ticker: 'BTC', condition: 'gt', target_price: 1e9, webhook_url: `${receiver.url}?token=${TOKEN}` },
    });
    await eventually(() =>
      stack.temporal.client.workflow.getHandle(alertWorkflowId(asleep.body.id)).query('status'),
    );

    expect(receiver.requests.every(({ path }) => path.endsWith(`?token=${TOKEN}`))).toBe(true);
    const history = await allOfTemporal();
    expect(history).toContain('The server answered 404.');
    expect(history).toContain('POST /hook/fails?…');
    expect(history).not.toContain(TOKEN);

    const { body } = await user.call<{ attempts: { response_body: string }[] }[]>(
      'GET',
      `/api/v1/alerts/${failed}/deliveries`,
    );
    expect(body[0]?.attempts[0]?.response_body).toContain(`POST /hook/fails?token=${TOKEN}`);
  });

  it('is not logged with the row that PostgreSQL refuses', async () => {
    await sql`alter table alerts add constraint picky check (webhook_url not like '%/picky%') not valid`.execute(
      stack.db,
    );
    expect((await post(`${receiver.url}/picky?token=${TOKEN}`)).status).toBe(500);
    await sql`alter table deliveries add constraint picky check (url not like '%/claimed%') not valid`.execute(
      stack.db,
    );
    const id = await create(`${receiver.url}/claimed?token=${TOKEN}`);
    await eventually(() => {
      for (const { output } of programs) expect(output()).toContain('violates check constraint');
    });
    await sql`alter table deliveries drop constraint picky`.execute(stack.db);
    await hasStatus(id, 'COMPLETED');
    expect(await allOfTemporal()).not.toContain(TOKEN);
  });

  it('stands in no line of the log', () => {
    for (const { output } of programs) {
      expect(output()).toContain('"level":');
      expect(output()).not.toContain(TOKEN);
    }
  });
});

describe('a webhook URL with a password', () => {
  it('is refused, and neither answered nor logged', async () => {
    const answer: Answer<unknown> = await post('http://me:swordfish@127.0.0.1:9/');
    expect([answer.status, answer.body]).toEqual([
      422,
      expect.objectContaining({ detail: 'webhook_url: The URL holds a user name or a password.' }),
    ]);
    for (const { output } of programs) expect(output()).not.toContain('swordfish');
  });
});
