import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config';
import { freePort } from '../../src/dev/ports';
import { runQuoting } from '../../src/dev/run-quoting';
import { classify, retryPolicy } from '../../src/domain/retry';
import { failureOfStatus } from '../../src/webhooks/failure';
import { newWebhookSecret, signedHeaders } from '../../src/webhooks/sign';
import { type RegisteredUser, registerUser } from '../support/api-client';
import { eventually } from '../support/eventually';
import { type ReceivedRequest, type Receiver, startReceiver } from '../support/receiver';
import { type Command, goReceiver, LIBRARIES, pythonReceiver } from '../support/receiver-kits';
import { startTestStack, type TestStack } from '../support/test-stack';

const ROOT = join(__dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/webhooks.md'), 'utf8');

/** A block of the page as it is printed. */
function block(name: string): string {
  const text = new RegExp(`<!-- ${name} -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1];
  if (text === undefined) throw new Error(`docs/webhooks.md has no block ${name}`);
  return text;
}

/** The rows of the table whose first column has this heading, as cells without their backticks. */
function table(heading: string): string[][] {
  const [, , ...rows] = (page.split(`\n| ${heading} `)[1] ?? '').split('\n\n')[0]?.split('\n') ?? [];
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

/** The page's receivers, each in a folder of its own and made runnable. */
const LANGUAGES: Record<
  string,
  { file: string; prepare: (folder: string, file: string) => Promise<Command> }
> = {
  TypeScript: {
    file: 'receiver.ts',
    prepare: async (folder, file) => {
      symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
      const options = ['--noEmit', '--strict', '--module', 'node20', '--target', 'es2022', '--types', 'node'];
      await runQuoting([join(ROOT, 'node_modules/.bin/tsc'), ...options, '--ignoreConfig', file], {
        cwd: folder,
      });
      return { command: [process.execPath, '--import', 'tsx', file], env: {} };
    },
  },
  Python: { file: 'receiver.py', prepare: (_, file) => pythonReceiver(file) },
  Go: { file: 'receiver.go', prepare: goReceiver },
};

let stack: TestStack;
let user: RegisteredUser;
let receiver: Receiver;
let made = 0;

beforeAll(async () => {
  receiver = await startReceiver();
  stack = await startTestStack();
  const { url } = await stack.startApi();
  user = await registerUser(url, 'receiver@example.com');
  await stack.startWorker();
}, 120_000);

afterAll(async () => {
  await stack?.close();
  await receiver?.close();
});

/** Lets an alert come true whose webhook is answered by `answer`; resolves with the request once it is delivered. */
async function deliver(answer: (request: ReceivedRequest) => Promise<number>): Promise<ReceivedRequest> {
  receiver.reset();
  receiver.answer(async (request, response) => response.writeHead(await answer(request)).end());
  const alert = { ticker: 'BTC', condition: 'gt', target_price: ++made, webhook_url: receiver.url };
  const { body: created } = await user.call<{ id: string }>('POST', '/api/v1/alerts/', alert);
  await eventually(async () => {
    const { body } = await user.call('GET', `/api/v1/alerts/${created.id}/deliveries`);
    expect(body).toMatchObject([{ status: 'delivered', attempts: [{ status_code: 204 }] }]);
  });
  expect(receiver.requests).toHaveLength(1);
  return receiver.requests[0] as ReceivedRequest;
}

describe.each(Object.entries(LANGUAGES))('docs/webhooks.md: the receiver in %s', (_, { file, prepare }) => {
  let folder: string;
  let url: string;
  let printed = '';
  let said = '';
  let stop = async () => {};

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pricehook-receiver-'));
    writeFileSync(join(folder, file), block(file));
    const { command, env } = await prepare(folder, file);
    const port = String(await freePort());
    url = `http://127.0.0.1:${port}/`;
    const [program = '', ...args] = command;
    const child = spawn(program, args, {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        PORT: port,
        PRICEHOOK_WEBHOOK_SECRET: user.webhookSecret,
        ...env,
      },
    });
    const ended = once(child, 'exit');
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    stop = async () => {
      child.kill('SIGKILL');
      await ended;
    };
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}:\n${said}`);
      await fetch(url);
    });
  }, 300_000);

  afterAll(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function send(headers: Record<string, string>, body: string | undefined): Promise<number> {
    return (await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) })).status;
  }
  const signature = (request: ReceivedRequest) =>
    Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => name.startsWith('webhook-')),
    ) as ReturnType<typeof signedHeaders>;
  const works = () => printed.trim().split('\n').filter(Boolean);

  it('takes a real delivery, and works on it once however often it comes', async () => {
    const before = works().length;
    const genuine = await deliver((request) => send(signature(request), request.body));
    expect(await send(signature(genuine), genuine.body)).toBe(204);
    const next = await deliver((request) => send(signature(request), request.body));
    await eventually(() => expect(works()).toHaveLength(before + 2));
    const { target_price, triggered_price } = JSON.parse(next.body);
    const numbers = new RegExp(`^BTC gt ${target_price}\\b.*\\b${triggered_price}$`);
    expect(works().at(-1)).toMatch(numbers);
  });

  it('takes a message of another type, does nothing for it, and works on the next alert', async () => {
    const body =
      '{"type":"webhook.test","timestamp":"2026-11-22T02:55:26.503Z","message":"No alert has fired."}';
    const secrets = [user.webhookSecret];
    const before = works().length;
    expect(await send(signedHeaders({ id: 'msg_test', body, secrets, at: new Date() }), body)).toBe(204);
    const alert = await deliver((request) => send(signature(request), request.body));
    await eventually(() => expect(works()).toHaveLength(before + 1));
    expect(works().at(-1)).toContain(`BTC gt ${JSON.parse(alert.body).target_price}`);
  });

  it('takes one good signature among several', async () => {
    const body = '{"ticker":"BTC","condition":"gt","target_price":1,"triggered_price":2}';
    const secrets = [newWebhookSecret(), user.webhookSecret];
    expect(await send(signedHeaders({ id: 'msg_rotated', body, secrets, at: new Date() }), body)).toBe(204);
  });

  it('refuses what is not genuine, and does no work for it', async () => {
    const genuine = await deliver((request) => send(signature(request), request.body));
    await eventually(() => expect(works().length).toBeGreaterThan(0));
    const before = works();
    const { body } = genuine;
    const secrets = [user.webhookSecret];
    const id = 'msg_forged';
    const signed = signedHeaders({ id, body, secrets, at: new Date() });
    const sixMinutes = 6 * 60_000;
    const forgeries: Record<string, [Record<string, string>, string | undefined]> = {
      'changed body': [signed, body.replace('BTC', 'ETH')],
      'serialised again': [signed, JSON.stringify(JSON.parse(body), null, 1)],
      'no body': [signed, undefined],
      old: [signedHeaders({ id, body, secrets, at: new Date(Date.now() - sixMinutes) }), body],
      'from the future': [signedHeaders({ id, body, secrets, at: new Date(Date.now() + sixMinutes) }), body],
      'another timestamp': [
        { ...signed, 'webhook-timestamp': String(+signed['webhook-timestamp'] + 1) },
        body,
      ],
      'another id': [{ ...signed, 'webhook-id': 'msg_other' }, body],
      'another secret': [signedHeaders({ id, body, secrets: [newWebhookSecret()], at: new Date() }), body],
      unsigned: [{}, body],
      'no timestamp': [{ ...signed, 'webhook-timestamp': 'now' }, body],
      'signature without comma': [{ ...signed, 'webhook-signature': 'v1' }, body],
      'signature not base64': [{ ...signed, 'webhook-signature': 'v1,%' }, body],
    };
    const statuses: Record<string, number> = {};
    for (const [name, [headers, sent]] of Object.entries(forgeries)) {
      statuses[name] = await send(headers, sent);
    }
    expect(statuses).toEqual(Object.fromEntries(Object.keys(forgeries).map((name) => [name, 400])));
    // Whoever is refused before its body was read may lose the connection before it hears the answer.
    const large = await send(signed, 'x'.repeat(1_000_000)).catch(() => 'cut off');
    expect([400, 413, 'cut off']).toContain(large);
    // Alive, and what came in between has not been worked on.
    expect(await send(signature(genuine), body)).toBe(204);
    expect(works()).toEqual(before);
  });
});

describe('docs/webhooks.md', () => {
  it('names and describes the fields of the real body', async () => {
    const { body, headers } = await deliver(async () => 204);
    const real = JSON.parse(body) as Record<string, unknown>;
    // `late` is only there after a gap, between these two: the claim's own tests see it.
    const fields = table('Field')
      .map(([name, type]) => [name, type])
      .filter(([name]) => name !== 'late');
    expect(fields).toEqual(Object.entries(real).map(([name, value]) => [name, typeof value]));
    expect(Object.keys(JSON.parse(block('body')))).toEqual(Object.keys(real));
    const named = table('Header').map(([name]) => name);
    expect(
      Object.keys(headers)
        .filter((name) => name.startsWith('webhook-'))
        .sort(),
    ).toEqual([...named].sort());
  });

  it('judges a delivery that was kept with the command as it is written', async () => {
    const { headers, body } = await deliver(async () => 204);
    const folder = mkdtempSync(join(tmpdir(), 'pricehook-verify-'));
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
    writeFileSync(join(folder, 'headers.txt'), lines.join(''));
    writeFileSync(join(folder, 'body.json'), body);
    const command = block('verify').replaceAll(/(headers\.txt|body\.json)/g, join(folder, '$1'));
    const env = { ...process.env, PRICEHOOK_WEBHOOK_SECRET: user.webhookSecret };
    const printed = await runQuoting(['bash', '-c', command], { cwd: ROOT, env });
    rmSync(folder, { recursive: true });
    expect(printed).toMatch(/^Good: the signature fits/);
  });

  it('says what each status leads to', () => {
    const says = { delivered: 'delivered', final: 'given up', retry: 'tried again' };
    const rows = table('Answer').map(([answer = '', follows]) => {
      const [from, to = from] = answer.split('–').map(Number);
      return { from, to, follows };
    });
    for (let status = 200; status < 600; status++) {
      const row = rows.find(({ from = 0, to = 0 }) => from <= status && status <= to);
      const follows = row?.follows ?? table('Answer').find(([answer]) => answer === 'any other')?.[1];
      const errorClass = failureOfStatus(status)?.errorClass ?? null;
      expect([status, follows]).toEqual([status, says[classify({ statusCode: status, errorClass })]]);
    }
  });

  it('tells the attempts, pauses and time-out of the defaults', () => {
    const { webhook } = readConfig({}, true);
    const pauses = retryPolicy(webhook).pausesMs.map((ms) => ms / 1000);
    expect(page).toContain(`after ${pauses[0]}, ${pauses[1]} and ${pauses[2]} seconds; four attempts in all`);
    expect(webhook.maxAttempts).toBe(4);
    expect(page).toContain(`none within ${webhook.timeoutMs / 1000} seconds`);
  });

  it('installs the libraries that are tested', () => {
    expect(page).toContain(`npm install standardwebhooks@${LIBRARIES.npm.version} `);
    expect(page).toContain(`pip install standardwebhooks==${LIBRARIES.pip.version} `);
    expect(page).toContain(`go get ${LIBRARIES.go.module}@${LIBRARIES.go.version} `);
  });
});
