import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import { dataConverterOf } from '../../src/codec';
import { type CodecServer, startCodecServer } from '../../src/codec-server';
import { freePort } from '../../src/dev/ports';
import { alertWorkflowId, connectTemporal, type TemporalConnection } from '../../src/temporal';
import { startPricehook } from '../cli/run';
import { histories, replayAll } from '../replay/histories';
import { type RegisteredUser, registerUser } from '../support/api-client';
import { eventually } from '../support/eventually';
import type { StartedProcess } from '../support/processes';
import { type Receiver, startReceiver } from '../support/receiver';
import { quietRuntime } from '../support/stack';
import { startTestStack, type TestStack } from '../support/test-stack';
import { unfolded } from './unfolded';

const ROOT = join(__dirname, '../..');
const run = promisify(execFile);
const ANSWER = 'the receiver says no, secretly';
const TOKEN = 'token-that-nobody-may-see';
const key = () => randomBytes(32).toString('base64');
const [oldKey, newKey] = [key(), key()];

let stack: TestStack;
let receiver: Receiver;
let user: RegisteredUser;
let worker: StartedProcess;
let codecServer: CodecServer;
/** Reads what Temporal stores as it is. */
let bare: TemporalConnection;
/** Has both keys. */
let reader: TemporalConnection;
let target = 0;

beforeAll(async () => {
  quietRuntime();
  receiver = await startReceiver();
  stack = await startTestStack({ TEMPORAL_CODEC_KEY: oldKey, WEBHOOK_MAX_ATTEMPTS: '2' });
  symlinkSync(process.env.TEST_TEMPORAL_CLI as string, join(stack.folder, 'temporal'));
  const { url } = await stack.startApi();
  user = await registerUser(url, 'codec@example.com');
  worker = await stack.startWorker();
  const place = { connectionOptions: { address: stack.temporalAddress }, namespace: 'default' };
  bare = connectTemporal(place);
  reader = connectTemporal(place, { encrypts: true, keys: [newKey, oldKey] });
  codecServer = await startCodecServer({
    codec: { encrypts: true, keys: [oldKey] },
    host: '127.0.0.1',
    port: 0,
    origins: [],
    warn: () => {},
  });
}, 120_000);

afterAll(async () => {
  await codecServer?.stop();
  await bare?.close();
  await reader?.close();
  await stack?.close();
  await receiver?.close();
});

async function create(wish: object = {}): Promise<WorkflowHandle> {
  target += 1;
  const body = { ticker: 'BTC', condition: 'gt', target_price: target, ...wish };
  const url = `${receiver.url}?key=${TOKEN}`;
  const made = await user.call<{ id: string }>('POST', '/api/v1/alerts/', { ...body, webhook_url: url });
  expect(made.status).toBe(201);
  return stack.temporal.client.workflow.getHandle(alertWorkflowId(made.body.id));
}

async function change(handle: WorkflowHandle, body: object): Promise<void> {
  const { status } = await user.call('PATCH', handle.workflowId.replace('alert-', '/api/v1/alerts/'), body);
  expect(status).toBe(200);
}

const hasStatus = (handle: WorkflowHandle, name: string) =>
  eventually(async () => expect((await handle.describe()).status.name).toBe(name));

/** Answers what the `temporal` CLI prints. */
async function cli(...args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: stack.folder, TEMPORAL_ADDRESS: stack.temporalAddress };
  const { stdout } = await run(process.env.TEST_TEMPORAL_CLI as string, args, { env, maxBuffer: 2 ** 26 });
  return stdout;
}

const blocks = new Map(
  [
    ...readFileSync(join(ROOT, 'docs/privacy.md'), 'utf8').matchAll(
      /<!-- ([\w-]+) -->\n```sh\n([\s\S]*?)```/g,
    ),
  ].map(([, name = '', text = '']) => [name, text.trim().split('\n')]),
);

/** Types a line into a shell; answers what it printed. */
async function shell(line = ''): Promise<string> {
  const PATH = `${stack.folder}:${process.env.PATH}`;
  const env = { PATH, HOME: stack.folder, TEMPORAL_ADDRESS: stack.temporalAddress };
  return (await run('bash', ['-c', line], { env, maxBuffer: 2 ** 26 })).stdout;
}

const SECRETS = [
  TOKEN,
  ANSWER,
  'The server answered 503',
  'was given up',
  '/hook',
  'triggered_price',
  'lastPrice',
];

describe('with TEMPORAL_CODEC_KEY set', () => {
  let failed: WorkflowHandle;
  let asleep: WorkflowHandle;

  it('alerts fire, and Temporal holds nothing of it in plain', async () => {
    receiver.answer((_, response) => response.writeHead(503).end(ANSWER));
    failed = await create();
    await hasStatus(failed, 'FAILED');
    receiver.answer(204);
    const delivered = await create();
    await hasStatus(delivered, 'COMPLETED');
    asleep = await create({ target_price: 1e9 });
    await eventually(() => asleep.query('status'));

    for (const handle of [failed, delivered, asleep]) {
      const raw = [
        await cli('workflow', 'show', '-w', handle.workflowId, '-o', 'json'),
        await cli('workflow', 'describe', '-w', handle.workflowId, '-o', 'json'),
        historyToJSON(await bare.client.workflow.getHandle(handle.workflowId).fetchHistory()),
        JSON.stringify(await bare.client.workflow.getHandle(handle.workflowId).describe()),
      ].map(unfolded);
      for (const secret of [...SECRETS, handle.workflowId.replace('alert-', '"alertId":"')])
        expect(raw.filter((text) => text.includes(secret)).map(() => secret)).toEqual([]);
    }
  });

  it('the CLI shows them through the codec server', async () => {
    const endpoint = ['--codec-endpoint', codecServer.url];
    const show = async ({ workflowId }: WorkflowHandle) =>
      unfolded(await cli('workflow', 'show', '-w', workflowId, '-o', 'json', ...endpoint));
    // A tick may have been before the first look of those that fired.
    expect(await show(asleep)).toContain('lastPrice');
    const shown = await show(failed);
    for (const word of ['BTC > ', ANSWER, 'Attempt 1 of 2: The server answered 503', 'was given up'])
      expect(shown).toContain(word);
  });

  it('a codec server says which key it lacks, since the CLI only fails', async () => {
    const { child, ended } = startPricehook(['codec-server', '--port', '0'], { TEMPORAL_CODEC_KEY: newKey });
    const [first] = (await once(child.stdout, 'data')) as [Buffer];
    const lacking = /http:\S+/.exec(first.toString())?.[0] ?? '';
    await expect(
      cli('workflow', 'describe', '-w', failed.workflowId, '--codec-endpoint', lacking),
    ).rejects.toThrow('Command failed');
    child.kill('SIGTERM');
    const { code, stderr } = await ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/encrypted with the key \w+; TEMPORAL_CODEC_KEY holds \w+/);
  });

  it('the commands of docs/privacy.md work as written', async () => {
    const port = String(await freePort());
    const [makeKey, older, server, ...shows] = ['make-key', 'older', 'codec-server', 'show'].flatMap(
      (name) => blocks.get(name) ?? [],
    );
    expect(Buffer.from((await shell(makeKey)).trim(), 'base64')).toHaveLength(32);
    expect(await shell(older)).toBe('');
    expect(await shell(older?.replace('2026-11-01', '2999-01-01'))).toContain(asleep.workflowId);

    const child = spawn('bash', ['-c', `exec ${server?.replace('8234', port)}`], {
      cwd: ROOT,
      detached: true,
      env: { ...process.env, TEMPORAL_CODEC_KEY: oldKey },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [first] = (await once(child.stdout, 'data')) as [Buffer];
      expect(first.toString()).toContain(`http://127.0.0.1:${port}`);
      const typed = shows.map((line) => line.replace('alert-<id>', asleep.workflowId).replace('8234', port));
      const [described, shown, queried, metadata] = await Promise.all(typed.map(shell));
      expect(described).toContain(`BTC > 1000000000 → ${new URL(receiver.url).origin}`);
      expect(unfolded(shown ?? '')).toContain('lastPrice');
      expect(queried).toContain('waiting');
      expect(metadata).toContain('Waits for BTC');
    } finally {
      process.kill(-(child.pid as number), 'SIGTERM');
    }
  });

  it('histories of before and of now replay with the bundle that encodes failures', async () => {
    const codePath = join(__dirname, '../../dist/workflow-bundle-encoded.js');
    const dataConverter = dataConverterOf({ encrypts: true, keys: [oldKey] });
    for (const handle of [failed, asleep]) {
      const history = await bare.client.workflow.getHandle(handle.workflowId).fetchHistory();
      await Worker.runReplayHistory({ workflowBundle: { codePath }, dataConverter }, history);
    }
    expect(Object.values(await replayAll(codePath))).toEqual(histories.map(() => undefined));
  });

  it('a worker without the key says which variable is missing, and loses nothing', async () => {
    await worker.stop();
    worker = await stack.startWorker({ TEMPORAL_CODEC_KEY: '' });
    await change(asleep, { target_price: 2e9 });
    await eventually(() =>
      expect(worker.output()).toMatch(/encrypted with the key \w+; TEMPORAL_CODEC_KEY is not set/),
    );
    await worker.stop();
    worker = await stack.startWorker({ TEMPORAL_CODEC_KEY: `${newKey},${oldKey}` });
    await eventually(async () =>
      expect(await reader.client.workflow.getHandle(asleep.workflowId).query('status')).toMatchObject({
        target: '2000000000',
      }),
    );
  });

  it('alerts of before go on when nothing is encrypted any longer', async () => {
    await worker.stop();
    worker = await stack.startWorker({ TEMPORAL_CODEC_KEY: `none,${newKey},${oldKey}` });
    await change(asleep, { target_price: 0.5 });
    await hasStatus(asleep, 'COMPLETED');
    expect(await bare.client.workflow.getHandle(asleep.workflowId).result()).toMatchObject({
      outcome: 'delivered',
    });
  });
});
