import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type FaultProxy, startFaultProxy } from '../../chaos/fault-proxy';
import { eventually } from '../support/eventually';

let echo: Server;
let proxy: FaultProxy;
let clients: Socket[];

beforeEach(async () => {
  clients = [];
  echo = createServer((socket) => void socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await startFaultProxy((echo.address() as AddressInfo).port);
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  await proxy.close();
  if (!echo.listening) return;
  echo.close();
  await once(echo, 'close');
});

/** A connection through the proxy that collects what comes back. */
async function open(): Promise<{ socket: Socket; echoed: () => string; ended: Promise<unknown> }> {
  const socket = connect(proxy.port, '127.0.0.1');
  clients.push(socket);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString();
  });
  const ended = new Promise((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    socket.once('end', () => resolve('end'));
  });
  await once(socket, 'connect');
  return { socket, echoed: () => text, ended };
}

async function echoes({ socket, echoed }: Awaited<ReturnType<typeof open>>, text: string): Promise<void> {
  const before = echoed();
  socket.write(text);
  await eventually(() => expect(echoed() === before + text).toBe(true));
}

it('passes bytes both ways, in order', async () => {
  const connection = await open();
  await echoes(connection, 'x'.repeat(1_000_000));
  connection.socket.end('the last');
  expect(await connection.ended).toBe('end');
  expect(connection.echoed().slice(1_000_000)).toBe('the last');
});

it('passes what is slow, later and in order', async () => {
  const connection = await open();
  proxy.set({ kind: 'slow', latencyMs: 20 });
  const startedAt = performance.now();
  await echoes(connection, 'one');
  // A timer fires late, never early: once on the way there and once on the way back.
  expect(performance.now() - startedAt).toBeGreaterThan(38);
  await echoes(connection, 'two');
});

it('resets what is cut, and what comes new, until that is over', async () => {
  const connection = await open();
  await echoes(connection, 'before');
  proxy.set({ kind: 'cut' });
  expect(await connection.ended).toBe('ECONNRESET');
  const refused = connect(proxy.port, '127.0.0.1');
  clients.push(refused);
  expect(await once(refused, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);
  proxy.set({ kind: 'none' });
  await echoes(await open(), 'after');
});

it('holds what is frozen, and passes it afterwards', async () => {
  const [old, idle] = [await open(), await open()];
  await echoes(old, 'before');
  proxy.set({ kind: 'frozen' });
  const young = await open();
  old.socket.write('during');
  young.socket.write('during');
  // Long enough for it to have arrived, were it not held.
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect([old.echoed(), young.echoed()]).toEqual(['before', '']);
  proxy.set({ kind: 'none' });
  await eventually(() => expect([old.echoed(), young.echoed()]).toEqual(['beforeduring', 'during']));
  await echoes(idle, 'still open');
});

it('resets its clients when nobody answers behind it', async () => {
  echo.close();
  await once(echo, 'close');
  const client = connect(proxy.port, '127.0.0.1');
  clients.push(client);
  expect(await once(client, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);
});
