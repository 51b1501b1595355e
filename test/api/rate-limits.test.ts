import { sql } from 'kysely';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { ALERT, type Ask, addUser, startApi, type TestApi, type TestUser, withApi } from './api';

const ID = '3f0e5a54-6f0c-4f6e-9d3c-0d7a3c1b2e4f';
const BY_USER = [
  'GET /api/v1/users/me',
  'GET /api/v1/users/me/keys',
  'POST /api/v1/users/me/keys',
  `POST /api/v1/users/me/keys/${ID}/roll`,
  `DELETE /api/v1/users/me/keys/${ID}`,
  'POST /api/v1/webhook-secret/rotate',
  'POST /api/v1/alerts/',
  'GET /api/v1/alerts/',
  `GET /api/v1/alerts/${ID}`,
  `PATCH /api/v1/alerts/${ID}`,
  `DELETE /api/v1/alerts/${ID}`,
  `GET /api/v1/alerts/${ID}/deliveries`,
  'GET /api/v1/endpoints',
  `POST /api/v1/endpoints/${ID}/enable`,
  'GET /api/v1/sources',
];
const BY_IP: [call: string, tokens: number][] = [
  ['GET /api/v1/rates/', 5],
  ['POST /api/v1/users/register', 2],
];

describe('rate limits', () => {
  let database: TestDatabase;
  let api: TestApi;
  let user: TestUser;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startApi(database, { rateLimits: true });
  });
  afterAll(async () => {
    await api.close();
    await database.drop();
  });
  beforeEach(async () => {
    user = await addUser(database.db);
    await database.db.deleteFrom('rate_buckets').execute();
  });

  /** As if so much time had passed since the last request; below zero, nothing is refilled until the next one. */
  const wait = (seconds: number) =>
    database.db
      .updateTable('rate_buckets')
      .set({ refilled_at: sql<Date>`clock_timestamp() - make_interval(secs => ${seconds})` })
      .execute();

  /** Asks as if no time had passed, however long this machine took. */
  async function askAtOnce(call: string, ask: Ask) {
    await wait(-3_600);
    return api.ask(call, ask);
  }

  async function spend(call: string, tokens: number, ask: Ask = { key: user.key }) {
    for (let left = tokens - 1; left >= 0; left--) {
      const { status, headers } = await askAtOnce(call, ask);
      expect(status).not.toBe(429);
      expect(headers.get('ratelimit-policy')).toBe(`"default";q=${tokens};w=10`);
      expect(headers.get('ratelimit')).toBe(`"default";r=${left};t=${10 / tokens}`);
      expect(headers.get('retry-after')).toBe(status === 503 ? '10' : null);
    }
  }

  async function expectRefused(call: string, tokens: number, ask: Ask = { key: user.key }) {
    const { status, json, headers } = await askAtOnce(call, ask);
    expect(status).toBe(429);
    expect(json).toEqual({
      error: 'HTTPException',
      detail: `Rate limit exceeded: ${tokens} requests in 10 seconds`,
      code: 429,
    });
    expect(headers.get('ratelimit-policy')).toBe(`"default";q=${tokens};w=10`);
    const seconds = headers.get('retry-after');
    expect(Number(seconds)).toBeGreaterThanOrEqual(1);
    expect(Number(seconds)).toBeLessThanOrEqual(10 / tokens);
    expect(headers.get('ratelimit')).toBe(`"default";r=0;t=${seconds}`);
  }

  it.each(BY_USER)('%s: 5 in 10 s by user', async (call) => {
    await spend(call, 5);
    await expectRefused(call, 5);
    const other = await addUser(database.db);
    expect((await api.ask(call, { key: other.key })).status).not.toBe(429);
  });

  it.each(BY_IP)('%s: %d in 10 s by IP address', async (call, tokens) => {
    await spend(call, tokens);
    const other = await addUser(database.db);
    await expectRefused(call, tokens, { key: other.key });
  });

  it('gives a call its own bucket, whatever the id, the slash and the case of the address', async () => {
    await spend('GET /api/v1/alerts', 5);
    await expectRefused('GET /api/v1/alerts/', 5);
    await expectRefused('GET /api/v1/alerts?x=1', 5);
    expect((await askAtOnce('HEAD /api/v1/alerts/', { key: user.key })).status).toBe(429);
    for (const id of [ID, 'a', 'b', 'c', 'd']) await askAtOnce(`GET /api/v1/alerts/${id}`, { key: user.key });
    await expectRefused('GET /api/v1/alerts/e/', 5);
    expect((await api.ask(`DELETE /api/v1/alerts/${ID}`, { key: user.key })).status).toBe(404);
  });

  it('refills one token at a time, and never more than the bucket holds', async () => {
    const call = 'GET /api/v1/users/me';
    await spend(call, 5);
    await expectRefused(call, 5);
    await wait(2);
    expect((await api.ask(call, { key: user.key })).status).toBe(200);
    await expectRefused(call, 5);
    await wait(1_000);
    expect((await api.ask(call, { key: user.key })).headers.get('ratelimit')).toBe('"default";r=4;t=2');
    for (const left of [3, 2, 1, 0]) {
      const { headers } = await askAtOnce(call, { key: user.key });
      expect(headers.get('ratelimit')).toBe(`"default";r=${left};t=2`);
    }
    await expectRefused(call, 5);
  });

  it('takes nothing for a request that it refuses', async () => {
    const call = 'GET /api/v1/users/me';
    await spend(call, 5);
    for (let i = 0; i < 5; i++) await expectRefused(call, 5);
    await wait(2);
    expect((await api.ask(call, { key: user.key })).status).toBe(200);
  });

  it('comes after authentication: a wrong key uses up nothing', async () => {
    for (let i = 0; i < 7; i++) {
      const { status, headers } = await api.ask('GET /api/v1/rates', { key: 'wrong' });
      expect(status).toBe(401);
      expect(headers.get('ratelimit')).toBeNull();
    }
    await spend('GET /api/v1/rates', 5);
  });

  it('comes before validation: an invalid body uses up a token', async () => {
    for (let i = 0; i < 5; i++) {
      const { status, headers } = await askAtOnce('POST /api/v1/alerts', { key: user.key, body: {} });
      expect(status).toBe(422);
      expect(headers.get('ratelimit')).toContain(`r=${4 - i};`);
    }
    await expectRefused('POST /api/v1/alerts', 5, { key: user.key, body: ALERT });
  });

  it('lets exactly as many through of those that come at once, to whichever process', async () => {
    await withApi(database, { changes: { rateLimits: true } }, async (second) => {
      const startedAt = performance.now();
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, i) =>
          (i % 2 ? api : second).ask('GET /api/v1/users/me', { key: user.key }),
        ),
      );
      const passed = answers.filter(({ status }) => status === 200).length;
      const refilled = Math.floor((performance.now() - startedAt) / 2_000);
      expect(passed).toBeGreaterThanOrEqual(5);
      expect(passed).toBeLessThanOrEqual(5 + refilled);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(30 - passed);
    });
  });

  it('can be turned off', async () => {
    await withApi(database, { changes: { rateLimits: false } }, async (free) => {
      for (let i = 0; i < 8; i++) {
        const { status, headers } = await free.ask('GET /api/v1/users/me', { key: user.key });
        expect(status).toBe(200);
        expect(headers.get('ratelimit')).toBeNull();
        expect(headers.get('ratelimit-policy')).toBeNull();
      }
    });
  });
});
