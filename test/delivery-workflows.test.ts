import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { type FaultProxy, startFaultProxy } from '../chaos/fault-proxy';
import { createDeliveryWorkflows } from '../src/delivery-workflows';
import { createTestDatabase, type TestDatabase } from './support/database';
import { eventually } from './support/eventually';
import { testLog, testStack } from './support/stack';
import { createTestNamespace, type TestNamespace } from './support/temporal';

describe('making a delivery while no worker runs', () => {
  let database: TestDatabase;
  let namespace: TestNamespace;
  let proxy: FaultProxy;
  /** In front of the proxy: knows how many connections there are. */
  let door: Server;

  beforeAll(async () => {
    database = await createTestDatabase();
    namespace = await createTestNamespace();
    proxy = await startFaultProxy(Number(namespace.address.split(':')[1]));
    door = createServer((socket) => {
      const further = connect(proxy.port, '127.0.0.1');
      socket.on('error', () => further.destroy()).pipe(further);
      further.on('error', () => socket.destroy()).pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(door, 'listening');
  });
  afterAll(async () => {
    door?.close();
    await proxy?.close();
    await namespace?.close();
    await database?.drop();
  });

  const connections = () =>
    new Promise<number>((resolve) => door.getConnections((_, count) => resolve(count)));

  function join() {
    const temporalAddress = `127.0.0.1:${(door.address() as AddressInfo).port}`;
    const parts = { databaseUrl: database.url, temporalAddress, namespace: namespace.namespace };
    return createDeliveryWorkflows(testStack(parts), database.db, testLog);
  }

  const carrier = () => {
    const id = `msg_${randomUUID().replaceAll('-', '')}`;
    return { id, alertId: null, ownerId: randomUUID(), workflowId: `delivery-${id}` };
  };

  it('waits as long as it is told, and leaves no call to Temporal behind', async () => {
    const deliveries = join();
    expect(await deliveries.make(carrier(), 500)).toBe(false);
    expect(await connections()).toBe(1);
    await deliveries.close();
    // A call that goes on keeps its connection for as long as Temporal lets it wait.
    await eventually(async () => expect(await connections()).toBe(0), 10_000);
  });

  it('waits no longer for a Temporal that has frozen', async () => {
    const deliveries = join();
    await deliveries.make(carrier(), 500);
    proxy.set({ kind: 'frozen' });
    expect(await deliveries.make(carrier(), 500)).toBe(false);
    proxy.set({ kind: 'none' });
    await deliveries.close();
  });
});
