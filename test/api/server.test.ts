import { once } from 'node:events';
import { Agent, type ClientRequest, request } from 'node:http';
import { createServer } from 'node:net';
import pino from 'pino';
import { startServer } from '../../src/server';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { addUser, testConfig } from './api';
import { authenticated } from './stream/clients';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

describe('startServer(stack, log)', () => {
  let database: TestDatabase;
  const log = pino({ level: 'silent' });

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const stack = (port: number) => ({
    config: testConfig(database.url, { port }),
    temporal: { connectionOptions: { address: process.env.TEST_TEMPORAL_ADDRESS }, namespace: 'default' },
  });

  it('serves where it was told to, and leaves nothing behind', async () => {
    const port = await freePort();
    const server = await startServer(stack(port), log);
    expect(server.url).toBe(`http://127.0.0.1:${port}`);
    const health = await (await fetch(`${server.url}/health`)).json();
    expect(health).toMatchObject({ checks: { database: 'ok', temporal: 'ok', worker: 'down' } });
    await Promise.all([server.stop(), server.stop()]);
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });

  it('says when its port is taken', async () => {
    const port = await freePort();
    const server = await startServer(stack(port), log);
    await expect(startServer(stack(port), log)).rejects.toThrow('EADDRINUSE');
    await server.stop();
  });

  it('finishes what is under way when it is stopped, and closes kept connections', async () => {
    const server = await startServer(stack(await freePort()), log);
    const agent = new Agent({ keepAlive: true });
    const idle = request(`${server.url}/metrics`, { agent }).end();
    const [answer] = await once(idle, 'response');
    await once(answer.resume(), 'end');
    const body = JSON.stringify({ email: 'a@example.com' });
    const open: ClientRequest = request(`${server.url}/api/v1/users/register`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Length': body.length },
    });
    open.write(body.slice(0, 10));
    await once(open, 'socket').then(([socket]) => socket.connecting && once(socket, 'connect'));
    await fetch(`${server.url}/metrics`);
    const stopping = server.stop();
    open.end(body.slice(10));
    const [response] = await once(open, 'response');
    expect(response.statusCode).toBe(201);
    await once(response.resume(), 'end');
    await stopping;
    agent.destroy();
  });

  it('ends streams when it is stopped, and waits for none that does not read', async () => {
    const server = await startServer(stack(await freePort()), log);
    const { key } = await addUser(database.db);
    const [reads, deaf] = [await authenticated(server.url, key), await authenticated(server.url, key)];
    deaf.ws.pause();
    await server.stop();
    expect(await reads.closed).toMatchObject({ code: 1001 });
    deaf.close();
  });
});
