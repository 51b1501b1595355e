import { sql } from 'kysely';
import { Client } from 'pg';
import { TASK_QUEUES } from '../../src/domain/task-queues';
import { alertWorkflowId } from '../../src/temporal';
import { type RegisteredUser, registerUser } from '../support/api-client';
import { eventually } from '../support/eventually';
import { type Receiver, startReceiver } from '../support/receiver';
import { startTestStack, type TestStack } from '../support/test-stack';

interface Alert {
  id: string;
  status: string;
  triggered_at: string | null;
  triggered_price: number | null;
}

const MINUTE = 60_000;
const GAP = 10 * MINUTE;

let stack: TestStack;
let receiver: Receiver;
let user: RegisteredUser;
/** When BTC cost 120 instead of 100. */
let spike = { fromMs: 0, toMs: 0 };
const worker = async () => await stack.startWorker();

beforeAll(async () => {
  receiver = await startReceiver();
  let startedAtMs: number | undefined;
  const prices = (_: string, elapsedMs: number) => {
    startedAtMs ??= Date.now() - elapsedMs;
    const atMs = startedAtMs + elapsedMs;
    return { price: atMs >= spike.fromMs && atMs < spike.toMs ? 120 : 100, decimals: 2 };
  };
  stack = await startTestStack({}, { prices });
  const api = await stack.startApi();
  user = await registerUser(api.url, 'gaps@example.com');
}, 120_000);
afterAll(async () => {
  await stack?.close();
  await receiver?.close();
});

async function create(condition: 'gt' | 'lt', target_price: number): Promise<string> {
  const wish = { ticker: 'BTC', condition, target_price, webhook_url: receiver.url };
  const { status, body } = await user.call<Alert>('POST', '/api/v1/alerts/', wish);
  expect(status).toBe(201);
  return body.id;
}

const get = async (id: string) => (await user.call<Alert>('GET', `/api/v1/alerts/${id}`)).body;

/** What has happened so far, ten minutes earlier: as though nothing had run since. */
async function moveBack(): Promise<void> {
  const by = sql`make_interval(secs => ${GAP / 1_000})`;
  await sql`update ticks set tick_at = tick_at - ${by}`.execute(stack.db);
  await sql`update quotes set tick_at = tick_at - ${by}, quoted_at = quoted_at - ${by}`.execute(stack.db);
  await sql`update candles set minute = minute - ${by}`.execute(stack.db);
  await sql`update alerts set updated_at = updated_at - ${by}`.execute(stack.db);
}

describe('downtime', () => {
  it('fires late, once, what was crossed meanwhile, through a kill between claim and wake', async () => {
    const first = await worker();
    await eventually(async () => expect((await user.call('GET', '/api/v1/rates/')).status).toBe(200));
    const crossed = await create('gt', 110);
    const notCrossed = await create('lt', 90);
    await first.kill();
    await moveBack();
    const minuteMs = Math.floor(Date.now() / MINUTE) * MINUTE - 5 * MINUTE;
    spike = { fromMs: minuteMs + 15_000, toMs: minuteMs + 45_000 };
    const madeAfter = await create('gt', 111);

    const second = await worker();
    const gaps = stack.db.selectFrom('gaps').where('ticker', '=', 'BTC');
    await eventually(async () => expect(await gaps.selectAll().execute()).toHaveLength(1));
    // Nobody can be woken while this is held: that begins with a look at the attempts.
    const holder = new Client({ connectionString: stack.postgres().url });
    await holder.connect();
    await holder.query('begin; lock table attempts in access exclusive mode');
    await sql`update gaps set next_try_at = now()`.execute(stack.db);
    await stack.temporal.client.workflow.start('fillGaps', {
      taskQueue: TASK_QUEUES.ingestion,
      workflowId: 'fill-gaps',
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    await eventually(async () => expect((await get(crossed)).status).toBe('fired'));
    const deliveries = stack.db.selectFrom('deliveries').where('alert_id', '=', crossed);
    expect(await deliveries.select('woken_at').execute()).toEqual([{ woken_at: null }]);
    await second.kill();
    await holder.query('rollback');
    await holder.end();
    expect(receiver.requests).toEqual([]);

    await worker();
    const [request] = await receiver.waitFor(1);
    const triggeredAt = new Date(minuteMs).toISOString();
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      ...{ type: 'alert.triggered', alert_id: crossed, condition: 'gt', target_price: 110 },
      ...{ triggered_price: 120, triggered_at: triggeredAt, late: true },
    });
    expect(await get(crossed)).toMatchObject({ triggered_at: triggeredAt, triggered_price: 120 });
    await stack.temporal.client.workflow.getHandle(alertWorkflowId(crossed)).result();

    // By itself, what was left of the gaps is filled: the reconciliation finds it.
    await eventually(async () => {
      const open = stack.db.selectFrom('gaps').where('closed_at', 'is', null).select('ticker');
      expect(await open.execute()).toEqual([]);
    }, 110_000);
    expect(await deliveries.select('id').execute()).toHaveLength(1);
    expect(receiver.requests).toHaveLength(1);
    for (const id of [notCrossed, madeAfter]) expect(await get(id)).toMatchObject({ status: 'active' });
  }, 180_000);
});
