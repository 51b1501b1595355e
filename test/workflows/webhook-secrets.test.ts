import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { Webhook } from 'standardwebhooks';
import { wakeAlert } from '../../src/alert-signals';
import { insertMessage } from '../../src/db/messages';
import { endUser } from '../../src/db/users';
import { type AlertToStart, unwokenDeliveries } from '../../src/db/wakes';
import { startDelivery } from '../../src/delivery-signals';
import { alertWorkflowId } from '../../src/temporal';
import { createSecretBox } from '../../src/webhooks/secret-box';
import { newWebhookSecret } from '../../src/webhooks/sign';
import { startWorkers, type Workers } from '../../src/worker';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { type Receiver, startReceiver } from '../support/receiver';
import { testBox } from '../support/secrets';
import { publishPrices, seedAlert, seedUser } from '../support/seed';
import { quietRuntime, testLog, testStack } from '../support/stack';
import { createTestNamespace, type TestNamespace } from '../support/temporal';

let database: TestDatabase;
let temporal: TestNamespace;
let receiver: Receiver;
let workers: Workers;
let stack: ReturnType<typeof testStack>;
let tick = Date.UTC(2026, 0, 1);

beforeAll(async () => {
  quietRuntime();
  database = await createTestDatabase();
  temporal = await createTestNamespace();
  receiver = await startReceiver();
  stack = testStack({
    databaseUrl: database.url,
    temporalAddress: temporal.address,
    namespace: temporal.namespace,
  });
  workers = await startWorkers(stack, testLog, process.env.TEST_WORKFLOW_BUNDLE);
});
afterAll(async () => {
  await workers?.stop();
  await receiver?.close();
  await temporal?.close();
  await database?.drop();
});
beforeEach(() => receiver.reset());

/** An alert of this user that has fired and whose workflow was told. */
async function fire(userId: string): Promise<{ alertId: string; deliveryId: string }> {
  const { db } = database;
  const alertId = await seedAlert(db, { userId, targetPrice: 100, webhookUrl: receiver.url });
  tick += 10_000;
  await publishPrices(db, new Date(tick), { BTC: 101 });
  const delivery = (await unwokenDeliveries(db, 'oldest', 100)).find(({ alert }) => alert?.id === alertId);
  if (delivery === undefined) throw new Error('It did not fire');
  await wakeAlert(temporal.client, stack.config.webhook, delivery.alert as AlertToStart, delivery.id);
  return { alertId, deliveryId: delivery.id };
}

async function historyOf(alertId: string): Promise<string> {
  const handle = temporal.client.workflow.getHandle(alertWorkflowId(alertId));
  await handle.result();
  const history = JSON.stringify(await handle.fetchHistory());
  // Payloads are written in base64.
  return history.replace(/"data":"([^"]*)"/g, (_, data) => Buffer.from(data, 'base64').toString());
}

/** All that PostgreSQL holds, as text. */
async function wholeDatabase(): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select quote_ident(table_name) as name from information_schema.tables
    where table_schema = 'public'`.execute(database.db);
  const rows = await Promise.all(
    tables.map(({ name }) =>
      sql<{ row: string }>`select t::text as row from ${sql.raw(name)} as t`.execute(database.db),
    ),
  );
  return JSON.stringify(rows.map((result) => result.rows));
}

describe('a webhook secret', () => {
  it('signs, beside one that ends soon, and stands nowhere in plain text', async () => {
    const { id, webhook_secret } = await seedUser(database.db);
    const [ending, ended] = [newWebhookSecret(), newWebhookSecret()];
    await database.db
      .insertInto('webhook_secrets')
      .values([
        { user_id: id, secret: testBox.seal(ending, id), expires_at: new Date(Date.now() + 3_600_000) },
        { user_id: id, secret: testBox.seal(ended, id), expires_at: new Date(Date.now() - 1_000) },
      ])
      .execute();
    const { alertId, deliveryId } = await fire(id);
    const [request] = await receiver.waitFor(1);
    const signatures = String(request?.headers['webhook-signature']).split(' ');
    const at = new Date(Number(request?.headers['webhook-timestamp']) * 1_000);
    expect(signatures).toEqual(
      [webhook_secret, ending].map((secret) => new Webhook(secret).sign(deliveryId, at, request?.body ?? '')),
    );

    const [history, stored] = [await historyOf(alertId), await wholeDatabase()];
    expect(history).toContain(deliveryId);
    expect(stored).toContain(testBox.keyId);
    for (const secret of [webhook_secret, ending, ended]) {
      expect(history).not.toContain(secret.slice(6));
      expect(stored).not.toContain(secret.slice(6));
    }
    expect(history).not.toContain(testBox.keyId);
  });

  it('whose key is missing holds the delivery up, and uses up no attempt', async () => {
    const { id, webhook_secret } = await seedUser(database.db);
    const newer = createSecretBox([randomBytes(32).toString('hex')]);
    const setSecret = (secret: string) =>
      database.db.updateTable('webhook_secrets').set({ secret }).where('user_id', '=', id).execute();
    await setSecret(newer.seal(webhook_secret, id));
    const { alertId, deliveryId } = await fire(id);
    const handle = temporal.client.workflow.getHandle(alertWorkflowId(alertId));
    await eventually(async () => {
      const { raw } = await handle.describe();
      const failure = raw.pendingActivities?.[0]?.lastFailure?.message;
      expect(failure).toContain(`No key of SECRETS_KEY has the id ${newer.keyId}`);
    });
    expect(receiver.requests).toEqual([]);
    await setSecret(testBox.seal(webhook_secret, id));
    await handle.result();
    const attempts = await database.db
      .selectFrom('attempts')
      .select(['number', 'outcome'])
      .where('delivery_id', '=', deliveryId)
      .execute();
    expect(attempts).toEqual([{ number: 1, outcome: 'delivered' }]);
  });

  it('of a user who has left signs nothing more: what no alert owes is cancelled, too', async () => {
    const { id } = await seedUser(database.db);
    const owner = { userId: id, market: 'replay' as const };
    const message = { type: 'webhook.test' as const, url: receiver.url, data: {}, maxAttempts: 1 };
    const { id: deliveryId, workflowId } = await insertMessage(database.db, { ...owner, ...message });
    await endUser(database.db, id);
    const delivery = { id: deliveryId, ownerId: id, workflowId };
    await startDelivery(temporal.client, stack.config.webhook, delivery);
    await temporal.client.workflow.getHandle(workflowId).result();
    expect(receiver.requests).toEqual([]);
    const { status } = await database.db
      .selectFrom('deliveries')
      .select('status')
      .where('id', '=', deliveryId)
      .executeTakeFirstOrThrow();
    expect(status).toBe('cancelled');
    const attempts = await database.db
      .selectFrom('attempts')
      .selectAll()
      .where('delivery_id', '=', deliveryId)
      .execute();
    expect(attempts).toEqual([]);
  });
});
