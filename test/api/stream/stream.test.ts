import { revokeApiKey } from '../../../src/db/api-keys';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { attempt, seedDelivery } from '../../support/endpoints';
import { eventually } from '../../support/eventually';
import { publishPrices } from '../../support/seed';
import { ALERT, addUser, INVALID_KEY, MISSING_KEY, startApi, type TestApi, type TestUser } from '../api';
import { authenticated, hangUp, type Listener, openEvents, openSocket, refusal } from './clients';

let database: TestDatabase;
let api: TestApi;
let user: TestUser;
let tickMs = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startApi(database, {}, {}, { pollMs: 20, recheckMs: 200, authenticateMs: 500 });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});
beforeEach(async () => {
  user = await addUser(api.db);
});
afterEach(hangUp);

async function publish(prices: Record<string, number>): Promise<void> {
  tickMs = Math.max(tickMs + 1, Date.now());
  await publishPrices(api.db, new Date(tickMs), prices);
}

async function makeAlert(owner: TestUser, changes: object = {}): Promise<string> {
  const { status, json } = await api.ask('POST /api/v1/alerts/', {
    key: owner.key,
    body: { ...ALERT, ...changes },
  });
  expect(status).toBe(201);
  return json.id;
}

const FORMS = {
  WebSocket: (key: string, lastEventId?: string) => authenticated(api.url, key, lastEventId),
  'server-sent events': async (key: string, lastEventId?: string) => {
    const events = await openEvents(api.url, key, {
      headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
    });
    await events.first('ready');
    return events;
  },
};
const forms = Object.entries(FORMS);

describe('GET /stream: whose it is', () => {
  it.each([
    ['X-API-Key', (key: string) => ({ 'x-api-key': key })],
    ['Authorization', (key: string) => ({ authorization: `Bearer ${key}` })],
  ])('is told by %s', async (_name, headers) => {
    const socket = await openSocket(api.url, { headers: headers(user.key), query: '?tickers=btc' });
    expect(await socket.first('ready')).toEqual({
      type: 'ready',
      market: 'replay',
      tickers: ['BTC', 'ETH', 'DOGE', 'SOL', 'BNB'],
      last_event_id: expect.stringMatching(/^\d+-\d+$/),
    });
    await publish({ BTC: 100, ETH: 3 });
    expect((await socket.first('quote')).data.ticker).toBe('BTC');
    const bad = await refusal(api.url, { headers: headers(`${user.key.slice(0, -1)}!`) });
    expect([bad.status, bad.json]).toEqual([401, INVALID_KEY]);
  });

  it('is told by the first message', async () => {
    const socket = await openSocket(api.url);
    socket.say({ type: 'subscribe', tickers: ['BTC'] });
    expect(await socket.closed).toMatchObject({ code: 4401 });
    const wrong = await openSocket(api.url);
    wrong.say({ type: 'auth', key: 'sk_live_wrong' });
    expect(await wrong.closed).toEqual({ code: 4401, reason: 'Invalid API Key' });
    expect(wrong.told).toEqual([{ type: 'error', ...INVALID_KEY }]);
    const silent = await openSocket(api.url);
    expect(await silent.closed).toEqual({ code: 4408, reason: 'No API key came within 0.5 s' });
    const good = await authenticated(api.url, user.key);
    good.say({ type: 'auth', key: user.key });
    expect(await good.first('error')).toMatchObject({ code: 409 });
  });

  it('is refused in words that fit into a close, whatever the letters of what was said', async () => {
    const socket = await openSocket(api.url);
    socket.say({ type: 'ping', ['漢'.repeat(100)]: 1 });
    const { code, reason } = await socket.closed;
    expect([code, reason]).toEqual([4400, '漢'.repeat(41)]);
    expect(socket.told).toMatchObject([{ type: 'error', code: 422 }]);
  });

  it('needs a key before anything else, as server-sent events', async () => {
    const headers = { accept: 'text/event-stream' };
    const missing = await api.ask('GET /api/v1/stream', { headers });
    expect([missing.status, missing.json]).toEqual([401, MISSING_KEY]);
    const { status, json } = await api.ask('GET /api/v1/stream', { key: user.key });
    expect([status, json.detail]).toEqual([426, 'Upgrade to WebSocket, or accept text/event-stream']);
  });

  it.each(['key', 'api_key', 'token', 'x'])('is never told by ?%s= of the URL', async (name) => {
    const query = `?${name}=${user.key}`;
    const expected = [400, expect.stringContaining('API keys never go into the URL')];
    const socket = await refusal(api.url, { query });
    expect([socket.status, socket.json.detail]).toEqual(expected);
    const events = await api.ask(`GET /api/v1/stream${query}`, { headers: { accept: 'text/event-stream' } });
    expect([events.status, events.json.detail]).toEqual(expected);
    expect(JSON.stringify(api.logged())).not.toContain(user.key);
  });

  it.each([
    ['https://evil.example', 403],
    ['null', 403],
    ['http://127.0.0.1', 403],
  ])('is no page of %s', async (origin, status) => {
    const refused = await refusal(api.url, { headers: { origin, 'x-api-key': user.key } });
    expect(refused.status).toBe(status);
    const own = await openSocket(api.url, { headers: { origin: api.url, 'x-api-key': user.key } });
    await own.first('ready');
  });

  it('ends with the key, and with the user', async () => {
    const socket = await authenticated(api.url, user.key);
    const other = await addUser(api.db);
    const events = await openEvents(api.url, other.key);
    await events.first('ready');
    const { id } = await api.db
      .selectFrom('api_keys')
      .select('id')
      .where('user_id', '=', user.id)
      .executeTakeFirstOrThrow();
    await revokeApiKey(api.db, { id, userId: user.id });
    expect(await socket.closed).toEqual({ code: 4401, reason: 'Invalid API Key' });
    await api.db.updateTable('users').set({ is_active: false }).where('id', '=', other.id).execute();
    expect(await events.closed).toEqual({ code: 4401, reason: 'Invalid API Key' });
    await eventually(() => expect(api.stream.size).toBe(0));
  });
});

describe('GET /stream: prices', () => {
  it('tells those that were subscribed to, the present ones first', async () => {
    await publish({ BTC: 101.5, ETH: 7 });
    await eventually(() => expect(api.quotes.freshOf('BTC')?.price).toBe(101.5));
    const socket = await authenticated(api.url, user.key);
    socket.say({ type: 'subscribe', tickers: ['btc', 'DOGE'] });
    expect(await socket.first('subscribed')).toEqual({ type: 'subscribed', tickers: ['BTC', 'DOGE'] });
    expect(await socket.first('quote')).toEqual({
      type: 'quote',
      data: { ticker: 'BTC', price: 101.5, quoted_at: new Date(tickMs).toISOString() },
    });
    await publish({ BTC: 102, ETH: 8, DOGE: 0.1 });
    await eventually(() =>
      expect(socket.told.filter(({ type }) => type === 'quote').map(({ data }) => data.price)).toEqual([
        101.5, 102, 0.1,
      ]),
    );
    socket.say({ type: 'unsubscribe', tickers: ['BTC'] });
    await eventually(() => expect(socket.told.at(-1)).toEqual({ type: 'subscribed', tickers: ['DOGE'] }));
    await publish({ BTC: 103, DOGE: 0.2 });
    await eventually(() => expect(socket.told.at(-1).data).toMatchObject({ ticker: 'DOGE', price: 0.2 }));
    expect(JSON.stringify(socket.told)).not.toContain('"price":103');
  });

  it('tells all of them as server-sent events, or those of the query', async () => {
    const all = await openEvents(api.url, user.key);
    const some = await openEvents(api.url, user.key, { query: '?tickers=ETH' });
    await Promise.all([all.first('ready'), some.first('ready')]);
    await publish({ BTC: 201, ETH: 9 });
    await eventually(() => expect(all.told.slice(-2).map(({ data }) => data?.price)).toEqual([201, 9]));
    await eventually(() => expect(some.told.at(-1).data).toMatchObject({ ticker: 'ETH', price: 9 }));
    expect(JSON.stringify(some.told)).not.toContain('BTC","price');
    const { status, json } = await api.ask('GET /api/v1/stream?tickers=XYZ', {
      key: user.key,
      headers: { accept: 'text/event-stream' },
    });
    expect([status, json.error]).toEqual([422, 'ValidationError']);
  });
});

describe('GET /stream: alerts with a rule', () => {
  it('say what they wait for, when it changes, and each of their firings', async () => {
    const socket = await authenticated(api.url, user.key);
    const id = await makeAlert(user, {
      ...{
        ticker: 'ETH',
        metric: 'change_1h',
        condition: 'enters',
        range: [5, 7.5],
        target_price: undefined,
      },
      ...{ note: 'Say "so"}', labels: { desk: 'spot' }, repeat: { every: '1h' }, events: ['recovered'] },
    });
    const asked = async () => (await api.ask(`GET /api/v1/alerts/${id}`, { key: user.key })).json;
    const { repeat: _, ...alert } = await asked();
    expect((await socket.first('alert.created')).data).toEqual(alert);
    const change = (body: object) => api.ask(`PATCH /api/v1/alerts/${id}`, { key: user.key, body });
    const updates = () => socket.told.filter(({ type }) => type === 'alert.updated').map(({ data }) => data);
    const snoozed_until = '2100-01-01T00:00:00.000Z';
    await change({ snoozed_until });
    await eventually(() => expect(updates()).toEqual([{ ...alert, snoozed_until }]));
    await change({ note: null, snoozed_until: null, range: null, threshold: 3, condition: 'gt' });
    await eventually(() => expect(updates()).toHaveLength(2));
    const { repeat: __, ...changed } = await asked();
    expect(updates()[1]).toEqual(changed);
    expect(changed).toMatchObject({ threshold: 3, target_price: null });
    for (const firings of [1, 2]) {
      await api.db
        .updateTable('alerts')
        .set({ firing_number: firings, triggered_at: new Date(), triggered_price: '3000' })
        .where('id', '=', id)
        .execute();
      await eventually(() => {
        const told = socket.told.filter(({ type }) => type === 'alert.triggered');
        expect(told.map(({ data }) => [data.status, data.firings])).toEqual(
          [1, 2].slice(0, firings).map((number) => ['active', number]),
        );
      });
    }
    // What only its workflow needs is no news.
    const before = socket.told.length;
    await api.db.updateTable('alerts').set({ next_check_at: new Date() }).where('id', '=', id).execute();
    await change({ paused: true });
    await eventually(() => expect(updates()).toHaveLength(3));
    expect(socket.told.slice(before).filter(({ id }) => id !== undefined)).toHaveLength(1);
  });
});

describe.each(forms)('GET /stream as %s: events', (_form, openStream) => {
  it('tells what becomes of alerts and deliveries, to their owner only', async () => {
    const other = await addUser(api.db);
    const [mine, theirs] = [await openStream(user.key), await openStream(other.key)];
    const before = (await mine.first('ready')).last_event_id;
    const id = await makeAlert(user, { ticker: 'SOL', target_price: 150 });
    const created = await mine.first('alert.created');
    const alert = (await api.ask(`GET /api/v1/alerts/${id}`, { key: user.key })).json;
    expect(created).toEqual({
      type: 'alert.created',
      id: expect.stringMatching(/^\d+-\d+$/),
      at: expect.stringMatching(/Z$/),
      data: alert,
    });
    await api.ask(`PATCH /api/v1/alerts/${id}`, { key: user.key, body: { target_price: 151.25 } });
    expect((await mine.first('alert.updated')).data.target_price).toBe(151.25);
    await publish({ SOL: 152.5 });
    const fired = (await api.ask(`GET /api/v1/alerts/${id}`, { key: user.key })).json;
    expect((await mine.first('alert.triggered')).data).toEqual(fired);
    expect(fired).toMatchObject({ status: 'fired', triggered_price: 152.5 });

    const delivery = await api.db
      .selectFrom('deliveries')
      .select('id')
      .where('alert_id', '=', id)
      .executeTakeFirstOrThrow();
    await attempt(api.db, delivery.id, 500);
    expect((await mine.first('delivery.attempted')).data).toEqual({
      ...{ id: delivery.id, alert_id: id, type: 'alert.triggered', status: 'pending', delivered_at: null },
      created_at: expect.any(String),
      next_attempt_at: expect.stringMatching(/Z$/),
      attempt: {
        ...{
          number: 1,
          status_code: 500,
          outcome: 'failed',
          error: 'The server answered 500.',
          duration_ms: 1,
        },
        started_at: expect.any(String),
        ended_at: expect.any(String),
      },
    });
    await attempt(api.db, delivery.id, 204);
    expect((await mine.first('delivery.delivered')).data).toMatchObject({
      ...{ id: delivery.id, status: 'delivered', next_attempt_at: null },
      attempt: { number: 2, outcome: 'delivered', status_code: 204 },
    });
    await api.ask(`DELETE /api/v1/alerts/${id}`, { key: user.key });
    expect((await mine.first('alert.deleted')).data).toMatchObject({
      id,
      status: 'deleted',
      is_active: false,
    });
    await makeAlert(other);
    await theirs.first('alert.created');
    const events = ({ told }: Listener) => told.filter((message) => message.id !== undefined);
    expect(events(theirs)).toHaveLength(1);
    expect(events(mine).map(({ type }) => type)).toEqual([
      ...['alert.created', 'alert.updated', 'alert.triggered', 'delivery.attempted', 'delivery.delivered'],
      'alert.deleted',
    ]);

    mine.close();
    const whole = await openStream(user.key, before);
    expect(await whole.first('resumed')).toMatchObject({ complete: true });
    expect(events(whole)).toEqual(events(mine));
    const rest = await openStream(user.key, events(mine)[3].id);
    await rest.first('resumed');
    expect(events(rest)).toEqual(events(mine).slice(4));
    const types = rest.told.map(({ type }) => type).filter((type) => type !== 'quote');
    expect(types).toEqual(['ready', 'delivery.delivered', 'alert.deleted', 'resumed']);
  });

  it('tells a client of an id that can not be that it may have missed something', async () => {
    const stream = await openStream(user.key, '99999999999999999999-1');
    expect(await stream.first('resumed')).toMatchObject({ complete: false });
    await makeAlert(user);
    await stream.first('alert.created');
  });

  it('takes no id that it never wrote', async () => {
    const refused = await refusal(api.url, {
      headers: { 'x-api-key': user.key },
      query: '?last_event_id=08-1',
    });
    expect([refused.status, refused.json.error]).toEqual([422, 'ValidationError']);
  });

  it('tells what its owner makes of a delivery', async () => {
    const stream = await openStream(user.key);
    const id = await seedDelivery(api.db, { userId: user.id, url: 'http://127.0.0.1:9/hook' });
    await attempt(api.db, id, 503);
    for (const what of ['retry-now', 'cancel', 'redeliver']) {
      const { status } = await api.ask(`POST /api/v1/deliveries/${id}/${what}`, { key: user.key });
      expect(status).toBeLessThan(300);
    }
    const types = () => stream.told.filter(({ data }) => data?.id === id).map(({ type }) => type);
    await eventually(() =>
      expect(types()).toEqual([
        ...['delivery.attempted', 'delivery.pending', 'delivery.cancelled', 'delivery.pending'],
      ]),
    );
  });
});
