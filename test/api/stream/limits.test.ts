import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Peer } from '../../../src/api/stream/peer';
import { trimStreamEvents } from '../../../src/db/stream-events';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { eventually } from '../../support/eventually';
import { publishPrices, seedAlert } from '../../support/seed';
import { addUser, startApi, type TestApi, type TestUser, withApi } from '../api';
import { rawGet, sendRaw } from '../raw';
import { authenticated, hangUp, openEvents, openSocket, refusal } from './clients';

const BEAT_MS = 1_000;
let database: TestDatabase;
let api: TestApi;
let user: TestUser;
let tickMs = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  const stream = { maxClients: 5, maxClientsPerUser: 3 };
  api = await startApi(database, { stream }, {}, { pollMs: 20, beatMs: BEAT_MS });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});
beforeEach(async () => {
  user = await addUser(api.db);
});
afterEach(async () => {
  hangUp();
  await eventually(() => expect(api.stream.size).toBe(0));
});

async function publish(prices: Record<string, number>): Promise<void> {
  tickMs = Math.max(tickMs + 1, Date.now());
  await publishPrices(api.db, new Date(tickMs), prices);
  await eventually(() => expect(api.quotes.freshOf('BTC')?.price).toBe(prices.BTC));
}

describe('GET /stream: a client that does not read', () => {
  it('gets the newest prices and all of its events afterwards, and costs no memory meanwhile', async () => {
    const socket = await authenticated(api.url, user.key);
    socket.say({ type: 'subscribe', tickers: ['BTC'] });
    await socket.first('subscribed');
    const [client] = api.stream.clientsOf(user.id);
    socket.ws.pause();
    // Nobody answers its pings while it does not read: beats are left out here.
    jest.spyOn(client?.peer as never, 'beat').mockReturnValue(true as never);
    for (let price = 1; price <= 20; price += 1) await publish({ BTC: price });
    const url = `http://127.0.0.1:9/${'x'.repeat(1_900)}`;
    // More than the network itself takes.
    const made = 6_000;
    await sql`
      insert into alerts (user_id, market, ticker, condition, target_price, webhook_url, armed_seq, checked_seq)
      select ${user.id}, 'replay', 'DOGE', 'gt', n, ${url}, 0, 0 from generate_series(1, ${made}) as n`.execute(
      api.db,
    );
    await eventually(() => expect(client?.peer.waiting).toBeGreaterThan(0));
    await publish({ BTC: 21 });
    // A page of events beyond what may wait.
    expect(client?.peer.waiting).toBeLessThan(64 * 1_024 + 50 * 2_500);
    socket.ws.resume();
    const targets = () =>
      socket.told.filter(({ type }) => type === 'alert.created').map(({ data }) => data.target_price);
    await eventually(() => expect(targets()).toHaveLength(made));
    expect(targets()).toEqual(Array.from({ length: made }, (_, n) => n + 1));
    const prices = () => socket.told.filter(({ type }) => type === 'quote').map(({ data }) => data.price);
    await eventually(() => expect(prices()).toEqual([1, 21]));
  });

  it('is cut off when it answers no ping, and one that does is not', async () => {
    const [silent, present] = [
      await authenticated(api.url, user.key),
      await authenticated(api.url, user.key),
    ];
    silent.ws.pause();
    await eventually(() => expect(api.stream.size).toBe(1));
    await sleep(2 * BEAT_MS);
    expect(api.stream.size).toBe(1);
    present.say({ type: 'ping' });
    expect(await present.first('pong')).toEqual({ type: 'pong' });
  });
});

describe('GET /stream: limits', () => {
  it('holds a user to so many streams, and the server, too', async () => {
    const mine = [await authenticated(api.url, user.key), await authenticated(api.url, user.key)];
    mine.push(await authenticated(api.url, user.key));
    const one = await refusal(api.url, { headers: { 'x-api-key': user.key } });
    expect([one.status, one.headers['retry-after']]).toEqual([429, '10']);
    const late = await openSocket(api.url);
    late.say({ type: 'auth', key: user.key });
    expect(await late.closed).toMatchObject({ code: 4429 });
    const others = [await openSocket(api.url), await openSocket(api.url)];
    const full = await refusal(api.url, { headers: { 'x-api-key': user.key } });
    expect([full.status, full.json.code]).toEqual([503, 503]);
    for (const { ws } of [...mine, ...others]) ws.close();
    await eventually(() => expect(api.stream.size).toBe(0));
    await authenticated(api.url, user.key);
  });

  it('tells what is wrong with a message, and goes on', async () => {
    const socket = await authenticated(api.url, user.key);
    const wrong: [unknown, number, string][] = [
      ['{', 400, 'The message is not valid JSON'],
      [Buffer.from('{}'), 400, 'The message is binary; send JSON as text'],
      ['[]', 422, 'type'],
      ['{"type":"dance"}', 422, 'Must be auth, subscribe, unsubscribe, resume or ping'],
      ['{"type":"subscribe"}', 422, 'tickers: Must be a list of tickers'],
      ['{"type":"subscribe","tickers":["XYZ"]}', 422, 'tickers.0: Must be one of BTC'],
      [`{"type":"subscribe","tickers":[${'"BTC",'.repeat(100)}"BTC"]}`, 422, 'Must name 100 tickers at most'],
      ['{"type":"ping","more":1}', 422, 'more: Unknown field'],
      ['{"type":"resume","last_event_id":"x"}', 422, 'Must be the id of an event'],
    ];
    for (const [said] of wrong) socket.ws.send(said as string);
    await eventually(() => expect(socket.told).toHaveLength(1 + wrong.length));
    for (const [n, [, code, detail]] of wrong.entries()) {
      expect(socket.told[n + 1]).toMatchObject({ type: 'error', code });
      expect(JSON.stringify(socket.told[n + 1])).toContain(detail);
    }
    socket.ws.send('x'.repeat(17 * 1_024));
    expect(await socket.closed).toMatchObject({ code: 1009 });
    const busy = await authenticated(api.url, user.key);
    for (let n = 0; n < 70; n += 1) busy.say({ type: 'ping' });
    expect(await busy.closed).toEqual({ code: 4429, reason: 'More than 60 messages in 10 s' });
  });

  it('cut off who goes on and on without reading the answers', async () => {
    const socket = await authenticated(api.url, user.key);
    const [client] = api.stream.clientsOf(user.id);
    jest.spyOn(client?.peer as Peer, 'waiting', 'get').mockReturnValue(1024 * 1024 + 1);
    socket.say({ type: 'ping' });
    expect(await socket.closed).toMatchObject({ code: 1006 });
  });

  it('are those of all requests: rates, names of the server, what HTTP forbids', async () => {
    await withApi(database, { changes: { rateLimits: true } }, async (limited) => {
      const headers = { 'x-api-key': user.key };
      for (let n = 0; n < 10; n += 1) await openSocket(limited.url, { headers });
      const refused = await refusal(limited.url, { headers });
      expect([refused.status, refused.json.detail]).toEqual([
        429,
        'Rate limit exceeded: 10 requests in 10 seconds',
      ]);
      const late = await openSocket(limited.url);
      late.say({ type: 'auth', key: user.key });
      expect(await late.closed).toMatchObject({ code: 4429 });
      hangUp();
    });
    const embedded = { postgres: false, temporal: true };
    await withApi(database, { changes: { host: '127.0.0.1', embedded } }, async (local) => {
      const foreign = await refusal(local.url, { headers: { host: 'evil.example', 'x-api-key': user.key } });
      expect([foreign.status, foreign.json.detail]).toEqual([
        403,
        expect.stringContaining('check the Host header'),
      ]);
    });
    const upgrade = (target: string, ...more: string[]) =>
      sendRaw(
        api.url,
        rawGet(target, 'Host: localhost', 'Connection: Upgrade', ...more).replace(
          'Connection: close\r\n',
          '',
        ),
      );
    const key = `X-API-Key: ${user.key}`;
    expect((await upgrade('/metrics', 'Upgrade: h2c')).status).toBe(200);
    expect((await upgrade('/metrics', 'Upgrade: websocket')).status).toBe(200);
    expect((await upgrade('/nothing', 'Upgrade: websocket')).json).toMatchObject({ code: 404 });
    expect((await upgrade('/api/v1/stream', 'Upgrade: websocket', key)).json).toMatchObject({ code: 400 });
    const old = ['Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', 'Sec-WebSocket-Version: 7'];
    expect((await upgrade('/api/v1/stream', 'Upgrade: websocket', key, ...old)).json).toMatchObject({
      code: 426,
    });
    const post = `POST /api/v1/alerts HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\n{}`;
    expect((await sendRaw(api.url, post)).json).toMatchObject({ code: 400 });
  });
});

describe('GET /stream: the end', () => {
  it('says goodbye when the server stops', async () => {
    const other = await startApi(database);
    const [socket, events] = [
      await authenticated(other.url, user.key),
      await openEvents(other.url, user.key),
    ];
    await events.first('ready');
    const reason = 'The server is stopping; connect again';
    const closing = other.stream.close();
    expect(await socket.closed).toEqual({ code: 1001, reason });
    expect(await events.closed).toEqual({ code: 1001, reason });
    await closing;
    expect((await refusal(other.url, { headers: { 'x-api-key': user.key } })).status).toBe(503);
    await other.close();
  });

  it('tells a client that comes too late for its events', async () => {
    const before = (await (await authenticated(api.url, user.key)).first('ready')).last_event_id;
    for (const targetPrice of [1_001, 1_002]) await seedAlert(api.db, { userId: user.id, targetPrice });
    await sql`
      update stream_events set at = now() - interval '25 hours'
      where (xid, seq) <= (select xid, seq from stream_events where data like '%1001%' order by seq desc limit 1)`.execute(
      api.db,
    );
    expect(await trimStreamEvents(api.db, 86_400_000, 10_000)).toBeGreaterThan(0);
    expect(await trimStreamEvents(api.db, 86_400_000, 10_000)).toBe(0);
    const late = await authenticated(api.url, user.key, before);
    expect(await late.first('resumed')).toMatchObject({ complete: false });
    expect(late.told.map(({ data }) => data?.target_price)).toEqual([undefined, 1_002, undefined]);
    // As from the dump of a server whose transactions had got farther.
    await sql`
      insert into stream_events (xid, user_id, market, type, data)
      values ('9999999999', ${user.id}, 'replay', 'alert.created', '{}')`.execute(api.db);
    const again = await authenticated(api.url, user.key, late.told[1].id);
    expect(await again.first('resumed')).toMatchObject({ complete: true });
    await seedAlert(api.db, { userId: user.id, targetPrice: 1_003 });
    await eventually(() => expect(again.told.at(-1).data.target_price).toBe(1_003));
    expect(again.told.filter(({ data }) => data !== undefined)).toHaveLength(1);
    await trimStreamEvents(api.db, 86_400_000, 10_000);
    const { rows } = await sql`select from stream_events where xid = '9999999999'`.execute(api.db);
    expect(rows).toHaveLength(0);
  });
});
