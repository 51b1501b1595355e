import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { sql } from 'kysely';
import { type Listener, listen } from '../../src/db/listen';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';

describe('listen(databaseUrl, channels, hooks)', () => {
  let database: TestDatabase;
  let listener: Listener | undefined;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  afterEach(async () => {
    await listener?.close();
    listener = undefined;
  });

  const notify = (channel: string, payload: string) =>
    sql`select pg_notify(${channel}, ${payload})`.execute(database.db);
  const cut = () =>
    sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'pricehook-listen'`.execute(database.db);

  function start(url = database.url, patience = { heartbeatMs: 10_000, answerWithinMs: 5_000 }) {
    const heard: string[] = [];
    const hooks = { onUp: jest.fn(), onDown: jest.fn() };
    listener = listen(
      url,
      {
        one: (payload) => heard.push(`one ${payload}`),
        'an "odd" Name': (payload) => heard.push(`odd ${payload}`),
      },
      hooks,
      patience,
    );
    return { heard, ...hooks };
  }

  it('hears what is said on its channels, and nothing else', async () => {
    const { heard, onUp } = start();
    await eventually(() => expect(onUp).toHaveBeenCalledTimes(1));
    await notify('two', 'x');
    await notify('one', 'a');
    await notify('an "odd" Name', '');
    await notify('one', 'b');
    await eventually(() => expect(heard).toEqual(['one a', 'odd ', 'one b']));
  });

  it('says when it is cut off, and when it hears again', async () => {
    const { heard, onUp, onDown } = start();
    for (let time = 1; time <= 3; time++) {
      await eventually(() => expect(onUp).toHaveBeenCalledTimes(time));
      await notify('one', String(time));
      await eventually(() => expect(heard).toContain(`one ${time}`));
      await cut();
      await eventually(() => expect(onDown).toHaveBeenCalledTimes(time));
    }
  });

  it('keeps trying while there is no database', async () => {
    const proxy = await openProxy();
    proxy.refuse = true;
    const { onUp, onDown } = start(proxy.url);
    await eventually(() => expect(proxy.connections).toBeGreaterThan(2));
    expect(onUp).not.toHaveBeenCalled();
    expect(onDown).not.toHaveBeenCalled();
    proxy.refuse = false;
    await eventually(() => expect(onUp).toHaveBeenCalledTimes(1));
    await listener?.close();
    await proxy.close();
  });

  it('notices a server that vanished without a word', async () => {
    const proxy = await openProxy();
    const { onUp, onDown } = start(proxy.url, { heartbeatMs: 20, answerWithinMs: 200 });
    await eventually(() => expect(onUp).toHaveBeenCalledTimes(1));
    proxy.swallow = true;
    await eventually(() => expect(onDown).toHaveBeenCalledTimes(1));
    proxy.swallow = false;
    await eventually(() => expect(onUp).toHaveBeenCalledTimes(2));
    await listener?.close();
    await proxy.close();
  });

  it('is quiet once it is closed', async () => {
    const { heard, onUp, onDown } = start();
    await eventually(() => expect(onUp).toHaveBeenCalledTimes(1));
    await listener?.close();
    await notify('one', 'late');
    expect(heard).toEqual([]);
    expect(onDown).not.toHaveBeenCalled();
  });

  it('can be closed before it was ever connected', async () => {
    const { onUp } = start(Object.assign(new URL(database.url), { port: '1' }).href);
    await listener?.close();
    expect(onUp).not.toHaveBeenCalled();
  });

  /** A way to the database that can be blocked. */
  async function openProxy() {
    const { hostname, port } = new URL(database.url);
    const sockets = new Set<Socket>();
    const proxy = { refuse: false, swallow: false, connections: 0, url: '', close: async () => {} };
    const server = createServer((client) => {
      proxy.connections += 1;
      sockets.add(client);
      client.on('error', () => {});
      if (proxy.refuse) return client.destroy();
      const upstream = connect(Number(port), hostname);
      sockets.add(upstream);
      upstream.on('error', () => {});
      client.on('data', (data) => proxy.swallow || upstream.write(data));
      upstream.on('data', (data) => proxy.swallow || client.write(data));
      client.on('close', () => upstream.destroy());
      upstream.on('close', () => client.destroy());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port: own } = server.address() as AddressInfo;
    proxy.url = Object.assign(new URL(database.url), { host: `127.0.0.1:${own}` }).href;
    proxy.close = async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    };
    return proxy;
  }
});
