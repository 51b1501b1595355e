import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { alertWorkflowId } from '../../../src/temporal';
import { type RegisteredUser, registerUser } from '../../support/api-client';
import { eventually } from '../../support/eventually';
import type { StartedProcess } from '../../support/processes';
import { type Receiver, startReceiver } from '../../support/receiver';
import { quietRuntime } from '../../support/stack';
import { startTestStack, type TestStack } from '../../support/test-stack';
import { type Blocks, blocksOf } from './page';

interface Stage {
  stack: TestStack;
  receiver: Receiver;
  url: string;
  user: RegisteredUser;
  /** By their build id. */
  workers: Record<string, StartedProcess>;
}

/** What `useStage` has started. */
export const stage = {} as Stage;

const run = promisify(execFile);
let blocks: Blocks;
let folder: string;
let made = 0;

/** Starts a stack for the commands of one section of docs/operations.md, whose deliveries are tried again soon and often. */
export function useStage(section: string, env: Record<string, string> = {}): void {
  blocks = blocksOf(section);

  beforeAll(async () => {
    quietRuntime();
    folder = mkdtempSync(join(tmpdir(), 'pricehook-operations-'));
    symlinkSync(process.env.TEST_TEMPORAL_CLI as string, join(folder, 'temporal'));
    stage.receiver = await startReceiver();
    stage.stack = await startTestStack(
      {
        QUOTE_TTL: '5s',
        WEBHOOK_MAX_ATTEMPTS: '30',
        WEBHOOK_RETRY_INITIAL: '1s',
        WEBHOOK_RETRY_MAX: '2s',
        ...env,
      },
      // A workflow that can't go on is shown at its first failed task, and tried again soon, rather than within minutes.
      {
        temporalSettings: {
          'system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute': '1',
          'history.defaultWorkflowTaskTimeout': '"2s"',
        },
      },
    );
    stage.url = (await stage.stack.startApi()).url;
    stage.user = await registerUser(stage.url, 'operations@example.com');
    stage.workers = { none: await stage.stack.startWorker() };
    await eventually(async () => expect(await price('BTC')).toBeGreaterThan(0));
  }, 120_000);

  afterAll(async () => {
    await stage.stack?.close();
    await stage.receiver?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(() => stage.receiver.reset());
}

/** The names of the blocks of the section that no test has run yet. */
export const untouched = () => [...blocks.untouched];

/** The commands of one block of the page, with some words replaced. */
export function commands(name: string, replaced: Record<string, string> = {}): string[] {
  const text = blocks.texts.get(name);
  if (text === undefined) throw new Error(`The section has no block ${name}`);
  blocks.untouched.delete(name);
  const edited = Object.entries(replaced).reduce((result, [before, after]) => {
    if (!result.includes(before)) throw new Error(`${before} is not in ${result}`);
    return result.replaceAll(before, after);
  }, text);
  return edited.trim().split('\n');
}

/** Types a line into a shell; answers what it printed. */
export async function shell(line: string): Promise<string> {
  const env = {
    PATH: `${folder}:${process.env.PATH}`,
    HOME: folder,
    TEMPORAL_ADDRESS: stage.stack.temporalAddress,
  };
  return (await run('bash', ['-c', line], { env })).stdout;
}

/** Types a whole block, line by line; answers what each line printed. */
export async function typed(name: string, replaced: Record<string, string> = {}): Promise<string[]> {
  const printed: string[] = [];
  for (const line of commands(name, replaced)) printed.push(await shell(line));
  return printed;
}

export const price = async (ticker: string) =>
  (await stage.user.call<Record<string, number>>('GET', '/api/v1/rates/')).body[ticker] as number;

export const workflowOf = (alertId: string) =>
  stage.stack.temporal.client.workflow.getHandle(alertWorkflowId(alertId));

export async function createAlert(targetPrice: number): Promise<string> {
  const body = { ticker: 'BTC', condition: 'gt', target_price: targetPrice, webhook_url: stage.receiver.url };
  const answer = await stage.user.call<{ id: string }>('POST', '/api/v1/alerts/', body);
  expect(answer.status).toBe(201);
  return answer.body.id;
}

/** An alert that comes true at the next quote. */
export const alertThatFires = () => createAlert(++made);

/** An alert that sleeps until all sources lie. */
export async function sleepingAlert(): Promise<string> {
  const id = await createAlert((await price('BTC')) * 1.1 + ++made);
  await untilWaiting(id);
  return id;
}

export const untilWaiting = (id: string) =>
  eventually(async () => expect(await workflowOf(id).query('status')).toMatchObject({ state: 'waiting' }));

/** Lets the price cross the line of a sleeping alert, and answers once it is delivered. */
export async function cross(id: string): Promise<void> {
  const before = await price('BTC');
  await stage.stack.setMode('wrong_price');
  await delivered(id);
  await stage.stack.setMode('ok');
  await eventually(async () => expect(await price('BTC')).toBeLessThan(before * 1.05));
}

/** Waits for the delivery of an alert; one message, sent once. */
export async function delivered(id: string): Promise<void> {
  await untilDelivered(id);
  expect(requestsOf(id)).toHaveLength(1);
}

export async function untilDelivered(id: string): Promise<void> {
  // The API starts it behind its answer.
  await eventually(() => workflowOf(id).describe());
  expect(await workflowOf(id).result()).toMatchObject({ outcome: 'delivered' });
}

export const requestsOf = (id: string) =>
  stage.receiver.requests.filter(({ body }) => JSON.parse(body).alert_id === id);
