import { createServer } from 'node:net';
import { wakeAlert } from '../../src/alert-signals';
import { alertWorkflowId } from '../../src/temporal';
import type { priceAlert } from '../../src/workflows/price-alert';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { type StartedProcess, startProcess } from '../support/processes';
import { type Receiver, startReceiver } from '../support/receiver';
import { TEST_SECRETS_KEY } from '../support/secrets';
import { seedFired, seedUser } from '../support/seed';
import { testStack } from '../support/stack';
import { createTestNamespace, type TestNamespace } from '../support/temporal';
import { serve, type TestServer } from '../webhooks/servers';

describe('a worker that is started with proxy variables', () => {
  let temporal: TestNamespace;
  let database: TestDatabase;
  let receiver: Receiver;
  let proxy: TestServer;
  let worker: StartedProcess;

  beforeAll(async () => {
    [database, temporal, receiver, proxy] = await Promise.all([
      createTestDatabase(),
      createTestNamespace(),
      startReceiver(),
      serve(createServer()),
    ]);
    worker = await startProcess(
      'worker.js',
      {
        DATABASE_URL: database.url,
        TEMPORAL_ADDRESS: temporal.address,
        TEMPORAL_NAMESPACE: temporal.namespace,
        MARKET: 'replay',
        SECRETS_KEY: TEST_SECRETS_KEY,
        WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
        HTTP_PROXY: proxy.url,
        HTTPS_PROXY: proxy.url,
        ALL_PROXY: proxy.url,
        NO_PROXY: '',
        // Has newer versions of Node heed the others.
        NODE_USE_ENV_PROXY: '1',
      },
      'The worker is ready',
    );
  }, 120_000);

  afterAll(async () => {
    await worker?.kill();
    await proxy?.close();
    await receiver?.close();
    await temporal?.close();
    await database?.drop();
  });

  it('sends webhooks past them', async () => {
    const { config } = testStack({ databaseUrl: database.url, temporalAddress: temporal.address });
    const { id: userId } = await seedUser(database.db);
    const { deliveryId, alert } = await seedFired(
      database.db,
      { userId, webhookUrl: receiver.url },
      new Date(Date.UTC(2026, 0, 1)),
    );
    await wakeAlert(temporal.client, config.webhook, alert, deliveryId);
    const handle = temporal.client.workflow.getHandle<typeof priceAlert>(alertWorkflowId(alert.id));
    expect(await handle.result()).toMatchObject({ outcome: 'delivered' });
    expect(receiver.requests).toHaveLength(1);
    expect(proxy.connections()).toBe(0);
  });
});
