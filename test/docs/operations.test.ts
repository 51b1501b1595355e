import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { alertWorkflowId } from '../../src/temporal';
import { startWorkers } from '../../src/worker';
import { apiClient, type RegisteredUser, registerUser } from '../support/api-client';
import { pauseFirst, withChangedWorkflows } from '../support/changed-workflows';
import { eventually } from '../support/eventually';
import type { StartedProcess } from '../support/processes';
import { type Receiver, startReceiver } from '../support/receiver';
import { quietRuntime, testLog } from '../support/stack';
import { startTestStack, type TestStack } from '../support/test-stack';

const ROOT = join(__dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
const blocks = new Map(
  [...page.matchAll(/<!-- ([\w-]+) -->\n *```sh\n([\s\S]*?)```/g)].map(([, name, text]) => [name, text]),
);
const untouched = new Set(blocks.keys());

const run = promisify(execFile);
let stack: TestStack;
let receiver: Receiver;
let url: string;
let user: RegisteredUser;
let folder: string;
let made = 0;
const workers: Record<string, StartedProcess> = {};

beforeAll(async () => {
  quietRuntime();
  folder = mkdtempSync(join(tmpdir(), 'pricehook-operations-'));
  symlinkSync(process.env.TEST_TEMPORAL_CLI as string, join(folder, 'temporal'));
  receiver = await startReceiver();
  stack = await startTestStack(
    { QUOTE_TTL: '5s', WEBHOOK_MAX_ATTEMPTS: '30', WEBHOOK_RETRY_INITIAL: '1s', WEBHOOK_RETRY_MAX: '2s' },
    // A workflow that can't go on is shown at its first failed task, and tried again soon, rather than within minutes.
    {
      temporalSettings: {
        'system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute': '1',
        'history.defaultWorkflowTaskTimeout': '"2s"',
      },
    },
  );
  ({ url } = await stack.startApi());
  user = await registerUser(url, 'operations@example.com');
  workers.none = await stack.startWorker();
  await eventually(async () => expect(await price('BTC')).toBeGreaterThan(0));
}, 120_000);

afterAll(async () => {
  await stack?.close();
  await receiver?.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => receiver.reset());

/** The commands of one block of the page, with some words replaced. */
function commands(name: string, replaced: Record<string, string> = {}): string[] {
  const text = blocks.get(name);
  if (text === undefined) throw new Error(`docs/operations.md has no block ${name}`);
  untouched.delete(name);
  const edited = Object.entries(replaced).reduce((result, [before, after]) => {
    if (!result.includes(before)) throw new Error(`${before} is not in ${result}`);
    return result.replaceAll(before, after);
  }, text);
  return edited.trim().split('\n');
}

/** Types a line into a shell; answers what it printed. */
async function shell(line: string): Promise<string> {
  const env = {
    PATH: `${folder}:${process.env.PATH}`,
    HOME: folder,
    TEMPORAL_ADDRESS: stack.temporalAddress,
  };
  return (await run('bash', ['-c', line], { env })).stdout;
}

/** Types a whole block, line by line; answers what each line printed. */
async function typed(name: string, replaced: Record<string, string> = {}): Promise<string[]> {
  const printed: string[] = [];
  for (const line of commands(name, replaced)) printed.push(await shell(line));
  return printed;
}

async function startRelease(buildId: string): Promise<void> {
  const [line = ''] = commands('start', { '0.2.0': buildId });
  const [, variable, value, script] = /^(\w+)=(\S+) node dist\/(\S+)$/.exec(line) ?? [];
  expect([value, script]).toEqual([buildId, 'worker.js']);
  workers[buildId] = await stack.startWorker({ [variable as string]: value as string });
  await untilPolling(buildId);
}

/** Looks, as the page says, until a version asks for the work of all queues. */
async function untilPolling(buildId: string): Promise<void> {
  await eventually(async () => {
    const [described] = await typed('look-new', { '0.2.0': buildId });
    for (const queue of ['alerts', 'ingestion', 'deliveries'])
      expect(described).toMatch(new RegExp(`pricehook-${queue} +activity`));
    for (const queue of ['alerts', 'ingestion'])
      expect(described).toMatch(new RegExp(`pricehook-${queue} +workflow`));
  });
}

async function stopRelease(buildId: string): Promise<void> {
  expect(await workers[buildId]?.stop()).toBe(0);
}

const price = async (ticker: string) =>
  (await user.call<Record<string, number>>('GET', '/api/v1/rates/')).body[ticker] as number;

const workflowOf = (alertId: string) => stack.temporal.client.workflow.getHandle(alertWorkflowId(alertId));

async function createAlert(targetPrice: number): Promise<string> {
  const body = { ticker: 'BTC', condition: 'gt', target_price: targetPrice, webhook_url: receiver.url };
  const answer = await user.call<{ id: string }>('POST', '/api/v1/alerts/', body);
  expect(answer.status).toBe(201);
  return answer.body.id;
}

/** An alert that comes true at the next quote. */
const alertThatFires = () => createAlert(++made);

/** An alert that sleeps until all sources lie. */
async function sleepingAlert(): Promise<string> {
  const id = await createAlert((await price('BTC')) * 1.1 + ++made);
  await untilWaiting(id);
  return id;
}

const untilWaiting = (id: string) =>
  eventually(async () => expect(await workflowOf(id).query('status')).toMatchObject({ state: 'waiting' }));

/** Lets the price cross the line of a sleeping alert, and answers once it is delivered. */
async function cross(id: string): Promise<void> {
  const before = await price('BTC');
  await stack.setMode('wrong_price');
  await delivered(id);
  await stack.setMode('ok');
  await eventually(async () => expect(await price('BTC')).toBeLessThan(before * 1.05));
}

/** Waits for the delivery of an alert; one message, sent once. */
async function delivered(id: string): Promise<void> {
  await untilDelivered(id);
  expect(requestsOf(id)).toHaveLength(1);
}

async function untilDelivered(id: string): Promise<void> {
  // The API starts it behind its answer.
  await eventually(() => workflowOf(id).describe());
  expect(await workflowOf(id).result()).toMatchObject({ outcome: 'delivered' });
}

const requestsOf = (id: string) => receiver.requests.filter(({ body }) => JSON.parse(body).alert_id === id);

/** The versions that did an alert's tasks, in order. */
async function versionsOf(id: string): Promise<string[]> {
  const { events } = await workflowOf(id).fetchHistory();
  const tasks = (events ?? []).flatMap((event) => event.workflowTaskCompletedEventAttributes ?? []);
  const versions = tasks.map(({ deploymentVersion }) => deploymentVersion?.buildId ?? 'none');
  return versions.filter((version, index) => version !== versions[index - 1]);
}

describe('docs/operations.md: deploying a new release beside the old', () => {
  it('moves sleeping alerts from workers without a build id to the first version', async () => {
    const first = { '0.2.0': '0.1.0' };
    const [asleep, stirred] = [await sleepingAlert(), await sleepingAlert()];
    await startRelease('0.1.0');
    // Nothing reaches it before it is current.
    const fires = await alertThatFires();
    await delivered(fires);
    expect(await versionsOf(fires)).toEqual(['none']);

    await typed('make-current', first);
    await stopRelease('none');
    await untilWaiting(asleep);
    await typed('stir');
    await eventually(async () => expect(await versionsOf(stirred)).toEqual(['none', '0.1.0']));
    await cross(asleep);
    expect(await versionsOf(asleep)).toEqual(['none', '0.1.0']);
  }, 120_000);

  it('moves sleeping alerts and deliveries between two attempts to the next version', async () => {
    const asleep = await sleepingAlert();
    receiver.answer(503);
    const retried = await alertThatFires();
    await receiver.waitFor(1);
    await startRelease('0.2.0');
    await typed('make-current');
    await stopRelease('0.1.0');
    receiver.answer(204);
    await untilDelivered(retried);
    expect(new Set(requestsOf(retried).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await versionsOf(retried)).toEqual(['0.1.0', '0.2.0']);
    await cross(asleep);
    expect(await versionsOf(asleep)).toEqual(['0.1.0', '0.2.0']);
    await eventually(async () => {
      const [works, stuck] = await typed('look-current');
      expect(works).toContain('ingestQuotes');
      expect(stuck).not.toContain('alert-');
    });
    await eventually(async () => expect((await apiClient(url).call('GET', '/health')).status).toBe(200));
  }, 120_000);

  it('goes back to the version before', async () => {
    const asleep = await sleepingAlert();
    await startRelease('0.1.0');
    await typed('back');
    await stopRelease('0.2.0');
    await cross(asleep);
    expect(await versionsOf(asleep)).toEqual(['0.2.0', '0.1.0']);
  }, 120_000);

  it('tries a version on a part', async () => {
    await startRelease('0.2.0');
    const [, described] = await typed('ramp');
    expect(described).toMatch(/RampingVersionBuildID +0\.2\.0/);
    expect(described).toMatch(/RampingVersionPercentage +10/);
    const [, takenBack] = await typed('ramp', { '--percentage 10': '--delete' });
    expect(takenBack).not.toMatch(/RampingVersionPercentage +\d/);

    const asleep = await sleepingAlert();
    await typed('ramp', { '--percentage 10': '--percentage 100' });
    const fires = await alertThatFires();
    await delivered(fires);
    expect(await versionsOf(fires)).toEqual(['0.2.0']);
    await typed('make-current');
    const [, look] = commands('ramp');
    const after = await shell(look as string);
    expect(after).toMatch(/CurrentVersionBuildID +0\.2\.0/);
    expect(after).not.toMatch(/RampingVersionBuildID +\d/);
    await stopRelease('0.1.0');
    await cross(asleep);
  }, 120_000);

  it('shows alerts that a release can’t go on with, and loses none of them', async () => {
    const asleep = await sleepingAlert();
    await withChangedWorkflows(pauseFirst(), async (bundlePath) => {
      const broken = await startWorkers(stack.joined({ WORKER_BUILD_ID: '0.3.0' }), testLog, bundlePath);
      try {
        await untilPolling('0.3.0');
        await typed('make-current', { '0.2.0': '0.3.0' });
        await eventually(async () => {
          // Again and again: the news of the current version takes a moment to reach all queues.
          await typed('stir');
          const [, stuck] = await typed('look-current', { '0.2.0': '0.3.0' });
          expect(stuck).toContain(alertWorkflowId(asleep));
        });
      } finally {
        await typed('back', { '0.1.0': '0.2.0' });
        await broken.stop();
      }
    });
    await cross(asleep);
    expect(await versionsOf(asleep)).toEqual(['0.2.0']);
  }, 120_000);

  it('refuses a version that nobody works for', async () => {
    const none = { '0.2.0': '9.9.9' };
    await expect(typed('make-current', none)).rejects.toThrow(/9\.9\.9/);
  });

  it('goes back to workers without a build id', async () => {
    const asleep = await sleepingAlert();
    workers.none = await stack.startWorker();
    await typed('unversioned');
    await stopRelease('0.2.0');
    await cross(asleep);
    expect(await versionsOf(asleep)).toEqual(['0.2.0', 'none']);
  }, 120_000);
});

describe('docs/operations.md: seeing what runs', () => {
  it('finds alerts, and says what one waits for', async () => {
    const asleep = await sleepingAlert();
    const workflowId = alertWorkflowId(asleep);
    await eventually(async () => expect((await typed('list'))[0]).toContain(workflowId));
    const [status, described, shown] = await typed('one', { 'alert-<id>': workflowId });
    expect(status).toMatch(/"state": ?"waiting"/);
    expect(described).toContain('priceAlert');
    expect(shown).toContain('TimerStarted');
  });

  it('finds what is tried again, and what was given up', async () => {
    receiver.answer(503);
    const workflowId = alertWorkflowId(await alertThatFires());
    await eventually(async () => expect((await typed('retried'))[0]).toContain(workflowId));
    receiver.answer(410);
    await eventually(async () => expect((await typed('retried'))[1]).toContain(workflowId));
  });

  it('gives an alert whose workflow was terminated a new one', async () => {
    const asleep = await sleepingAlert();
    const { runId } = await workflowOf(asleep).describe();
    await typed('terminate', { 'alert-<id>': alertWorkflowId(asleep) });
    await stack.temporal.client.schedule.getHandle('reconcile-alerts').trigger();
    await eventually(async () => {
      const described = await workflowOf(asleep).describe();
      expect([described.status.name, described.runId === runId]).toEqual(['RUNNING', false]);
    });
    await untilWaiting(asleep);
  }, 120_000);

  it('pauses ingestion and lets it go on', async () => {
    const [pause = '', goOn = ''] = commands('pause');
    const schedule = stack.temporal.client.schedule.getHandle('ingest-quotes');
    await shell(pause);
    expect((await schedule.describe()).state).toMatchObject({ paused: true, note: 'maintenance' });
    await eventually(async () => expect((await apiClient(url).call('GET', '/health')).status).toBe(503));
    const waits = await alertThatFires();
    await shell(goOn);
    expect((await schedule.describe()).state.paused).toBe(false);
    await delivered(waits);
  }, 120_000);
});

describe('docs/operations.md', () => {
  it('has no command that was not run', () => {
    expect(page.match(/```sh/g)).toHaveLength(blocks.size);
    expect([...untouched]).toEqual([]);
  });
});
