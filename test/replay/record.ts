/*
 * Records the histories that `replay.test.ts` replays: `npm run record-histories -- v4`, after a change that starts a new
 * version of a workflow; `… -- v4 reports` (or `rules`) records those of reports (of alerts with rules) only. The old files stay: alerts that were started by older
 * code sleep for months.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { findTemporalCli } from '../../src/dev/temporal-binary';
import { TASK_QUEUES } from '../../src/domain/task-queues';
import { alertWorkflowId } from '../../src/temporal';
import { type RegisteredUser, registerUser } from '../support/api-client';
import { eventually } from '../support/eventually';
import { type Receiver, startReceiver } from '../support/receiver';
import { startTestStack, type TestStack } from '../support/test-stack';
import { recordDeliveries } from './record-deliveries';
import { recordReports } from './record-reports';
import { recordRules } from './record-rules';

const FOLDER = join(__dirname, 'histories');
const [, , VERSION, PART] = process.argv;
if (!VERSION || readdirSync(FOLDER).some((name) => name.endsWith(`.${VERSION}.json`)))
  throw new Error('Name a version that was not recorded yet, such as v4');

async function save(name: string, handle: WorkflowHandle): Promise<void> {
  const file = join(FOLDER, `${name}.${VERSION}.json`);
  writeFileSync(file, `${withoutOurMachine(historyToJSON(await handle.fetchHistory()))}\n`);
  process.stdout.write(`${file}\n`);
}

/** Stack traces and identities name the machine that recorded them. */
function withoutOurMachine(history: string): string {
  return history.replaceAll(join(__dirname, '../..'), '/app').replace(/"[^"@]*\d+@[^"]+"/g, '"recorder"');
}

async function until(handle: WorkflowHandle, ...statuses: string[]): Promise<void> {
  await eventually(async () => {
    const { status } = await handle.describe();
    if (!statuses.includes(status.name)) throw new Error(`It is ${status.name}`);
  });
}

async function recordAlerts(stack: TestStack, receiver: Receiver, user: RegisteredUser): Promise<void> {
  let target = 0;
  const create = async (wish: object = {}) => {
    target += 1;
    const body = { ticker: 'BTC', condition: 'gt', target_price: target, webhook_url: receiver.url, ...wish };
    const answer = await user.call<{ id: string }>('POST', '/api/v1/alerts/', body);
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return {
      id: answer.body.id,
      handle: stack.temporal.client.workflow.getHandle(alertWorkflowId(answer.body.id)),
    };
  };
  const rates = await eventually(async () => {
    const answer = await user.call<Record<string, number>>('GET', '/api/v1/rates/');
    if (answer.status !== 200) throw new Error(`rates: ${answer.status}`);
    return answer.body;
  });

  const woken = await create({ target_price: (rates.BTC ?? 0) * 1.1 });
  await eventually(() => woken.handle.query('status'));
  await stack.setMode('wrong_price');
  await until(woken.handle, 'COMPLETED');
  await stack.setMode('ok');
  await save('price-alert-delivered', woken.handle);

  receiver.answer(503);
  const retried = await create();
  await receiver.waitFor(2);
  receiver.answer(204);
  await until(retried.handle, 'COMPLETED');
  await save('price-alert-retried', retried.handle);

  receiver.answer(500);
  const failed = await create();
  await until(failed.handle, 'FAILED');
  await save('price-alert-given-up', failed.handle);

  receiver.reset();
  receiver.answer((_, response) => response.writeHead(503, { 'retry-after': '60' }).end());
  const cut = await create();
  await receiver.waitFor(1);
  await user.call('DELETE', `/api/v1/alerts/${cut.id}`);
  await until(cut.handle, 'COMPLETED');
  await save('price-alert-deleted-while-delivering', cut.handle);

  const deleted = await create({ target_price: 1e9 });
  await eventually(() => deleted.handle.query('status'));
  await user.call('DELETE', `/api/v1/alerts/${deleted.id}`);
  await until(deleted.handle, 'COMPLETED');
  await save('price-alert-deleted-while-asleep', deleted.handle);

  const altered = await create({ target_price: 1e9 });
  const change = (body: object) => user.call('PATCH', `/api/v1/alerts/${altered.id}`, body);
  const inState = (state: object) =>
    eventually(async () => {
      const now = await altered.handle.query<object>('status');
      if (!isDeepStrictEqual({ ...now, ...state }, now)) throw new Error(JSON.stringify(now));
    });
  await inState({ state: 'waiting' });
  await change({ target_price: 2e9 });
  await inState({ target: '2000000000' });
  await change({ paused: true });
  await inState({ state: 'paused' });
  await change({ paused: false, condition: 'lt', target_price: 0.001 });
  await inState({ condition: 'lt' });
  await user.call('DELETE', `/api/v1/alerts/${altered.id}`);
  await until(altered.handle, 'COMPLETED');
  await save('price-alert-changed-and-paused', altered.handle);

  const sleeping = await create({ target_price: 1e9 });
  await eventually(() => sleeping.handle.query('status'));
  await sleeping.handle.signal('changed');
  await save('price-alert-asleep', sleeping.handle);
}

async function recordScheduled(stack: TestStack): Promise<void> {
  const { client } = stack.temporal;
  for (const [type, name] of [
    ['ingestQuotes', 'ingest-quotes'],
    ['reconcileAlerts', 'reconcile-alerts'],
  ] as const) {
    const workflowId = await eventually(async () => {
      const query = `WorkflowType = '${type}' AND ExecutionStatus = 'Completed'`;
      for await (const found of client.workflow.list({ query })) return found.workflowId;
      throw new Error(`No ${type} has ended yet`);
    });
    await save(name, client.workflow.getHandle(workflowId));
  }
  for (const [type, workflowId] of [
    ['wakeAlerts', 'wake-alerts'],
    ['fillGaps', 'fill-gaps'],
  ] as const) {
    const started = await client.workflow.start(type, { taskQueue: TASK_QUEUES.ingestion, workflowId });
    await started.result();
    await save(workflowId, started);
  }
}

async function main(): Promise<void> {
  process.env.TEST_TEMPORAL_CLI = await findTemporalCli({ explicitPath: undefined, log: () => {} });
  const receiver = await startReceiver();
  const stack = await startTestStack();
  try {
    await stack.startWorker({ SLACK_WEBHOOK_URL: receiver.url });
    const { url } = await stack.startApi();
    const user = await registerUser(url, 'record@example.com');
    const recorder = { client: stack.temporal.client, receiver, user, save, until };
    if (PART === undefined) {
      await recordAlerts(stack, receiver, user);
      receiver.reset();
      await recordDeliveries(recorder);
      await recordScheduled(stack);
    }
    if (PART !== 'reports') await recordRules(recorder);
    receiver.reset();
    if (PART !== 'rules') await recordReports(stack, receiver, save);
  } finally {
    await stack.close();
    await receiver.close();
  }
}

void main();
