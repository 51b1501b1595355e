import { createAlertWorkflows } from '../../src/alert-workflows';
import { createDeliveryWorkflows } from '../../src/delivery-workflows';
import { TASK_QUEUES } from '../../src/domain/task-queues';
import { startWorkers, type Workers } from '../../src/worker';
import { addUser, startApi, type TestApi, type TestUser } from '../api/api';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { type Receiver, startReceiver } from '../support/receiver';
import { publishPrices } from '../support/seed';
import { quietRuntime, testLog, testStack } from '../support/stack';
import { createTestNamespace, type TestNamespace } from '../support/temporal';

interface Parts {
  namespace: TestNamespace;
  database: TestDatabase;
  receiver: Receiver;
  deliveries: ReturnType<typeof createDeliveryWorkflows>;
  api: TestApi;
  /** A new one for each test. */
  user: TestUser;
}

/** What `useDeliveries` has started. */
export const parts = {} as Parts;
let workers: Workers;
let workflows: Awaited<ReturnType<typeof createAlertWorkflows>>;
let tick = Date.UTC(2026, 0, 1);
let runs = 0;

/** Starts a worker and an API on a database and a namespace of the suite's own, for alerts that have two attempts. */
export function useDeliveries(env: Record<string, string> = {}): void {
  beforeAll(async () => {
    quietRuntime();
    parts.database = await createTestDatabase();
    parts.namespace = await createTestNamespace();
    parts.receiver = await startReceiver();
    const stack = testStack(
      {
        databaseUrl: parts.database.url,
        temporalAddress: parts.namespace.address,
        namespace: parts.namespace.namespace,
      },
      { WEBHOOK_MAX_ATTEMPTS: '2', TEMPORAL_UI_URL: 'http://ui.example/', ...env },
    );
    workers = await startWorkers(stack, testLog, process.env.TEST_WORKFLOW_BUNDLE);
    workflows = await createAlertWorkflows(stack, parts.database.db, testLog);
    parts.deliveries = createDeliveryWorkflows(stack, parts.database.db, testLog);
    parts.api = await startApi(parts.database, {}, { workflows, deliveries: parts.deliveries });
  });

  afterAll(async () => {
    await parts.api?.close();
    await workflows?.close();
    await parts.deliveries?.close();
    await workers?.stop();
    await parts.receiver?.close();
    await parts.namespace?.close();
    await parts.database?.drop();
  });

  beforeEach(async () => {
    parts.receiver.reset();
    parts.user = await addUser(parts.database.db);
  });
}

export const call = (request: string, body?: unknown) => {
  const [method, path] = request.split(' ');
  return parts.api.ask(`${method} /api/v1${path}`, { key: parts.user.key, body });
};

export async function delivery(id: string) {
  return (await call(`GET /deliveries/${id}`)).json;
}

export const inStatus = (id: string, status: string, attempts: number) =>
  eventually(async () => {
    const found = await delivery(id);
    expect([found.status, found.attempts.length]).toEqual([status, attempts]);
    return found;
  });

/** A new alert that has fired; answers its delivery's id. */
export async function fired(): Promise<{ alertId: string; id: string }> {
  const body = { ticker: 'BTC', condition: 'gt', target_price: 100, webhook_url: parts.receiver.url };
  const { json } = await call('POST /alerts/', body);
  tick += 10_000;
  await publishPrices(parts.database.db, new Date(tick), { BTC: 101 });
  await wakeAll();
  const list = await eventually(async () => {
    const { json: found } = await call(`GET /alerts/${json.id}/deliveries`);
    expect(found).toHaveLength(1);
    return found;
  });
  return { alertId: json.id, id: list[0].id };
}

export async function wakeAll(): Promise<void> {
  runs += 1;
  const workflowId = `wakeAlerts-${runs}`;
  await parts.namespace.client.workflow.execute('wakeAlerts', {
    taskQueue: TASK_QUEUES.ingestion,
    workflowId,
  });
}

export async function reconcile(): Promise<void> {
  runs += 1;
  const workflowId = `reconcileAlerts-${runs}`;
  await parts.namespace.client.workflow.execute('reconcileAlerts', {
    taskQueue: TASK_QUEUES.ingestion,
    workflowId,
  });
}

export const ids = () => parts.receiver.requests.map(({ headers }) => headers['webhook-id']);
export const bodies = () => new Set(parts.receiver.requests.map(({ body }) => body));

/** Resets a workflow that has ended to its beginning. */
export async function reset(workflowId: string): Promise<void> {
  await parts.namespace.client.workflow
    .getHandle(workflowId)
    .result()
    .catch(() => {});
  await resetNow(workflowId);
}

/** Resets a workflow to its beginning, as `temporal workflow reset --type FirstWorkflowTask` does. */
export async function resetNow(workflowId: string): Promise<void> {
  const { client } = parts.namespace;
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const first = events?.find((event) => event.workflowTaskCompletedEventAttributes);
  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId },
    workflowTaskFinishEventId: first?.eventId,
    requestId: `${workflowId}-${Math.random()}`,
    reason: 'Deliver it again',
  });
}

/** Has a delivery's pause end, as `temporal activity reset` does. */
export async function resetActivity(workflowId: string): Promise<void> {
  const { client } = parts.namespace;
  await client.workflowService.resetActivity({
    namespace: client.options.namespace,
    execution: { workflowId },
    identity: 'an operator',
    type: 'deliverWebhook',
  });
}
