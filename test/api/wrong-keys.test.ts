import { newApiKey } from '../../src/api/api-key';
import { WrongKeys } from '../../src/api/wrong-keys';
import { findApiKey } from '../../src/db/api-keys';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { addUser, INVALID_KEY, type TestApi, withApi } from './api';

jest.mock('../../src/db/api-keys', () => {
  const actual = jest.requireActual('../../src/db/api-keys');
  return { ...actual, findApiKey: jest.fn(actual.findApiKey) };
});
const lookUp = findApiKey as jest.MockedFunction<typeof findApiKey>;

const nothing = async () => undefined;

describe('wrong keys', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(() => lookUp.mockClear());

  const ask = (api: TestApi, key: string, client: string) =>
    api.ask('GET /api/v1/users/me', { key, headers: { 'X-Forwarded-For': client } });
  const guess = (api: TestApi, client: string) => ask(api, newApiKey().key, client);

  it('are looked up 60 times for one client, then refused without the database', async () => {
    const [user, other] = [await addUser(database.db), await addUser(database.db)];
    await withApi(database, { changes: { rateLimits: true, trustedProxies: 1 } }, async (api) => {
      expect((await ask(api, user.key, '192.0.2.1')).status).toBe(200);
      for (let i = 0; i < 60; i++) expect((await guess(api, '192.0.2.1')).json).toEqual(INVALID_KEY);
      lookUp.mockClear();
      const { status, json, headers } = await guess(api, '192.0.2.1');
      expect(status).toBe(429);
      expect(json).toEqual({
        error: 'HTTPException',
        detail: 'Rate limit exceeded: 60 wrong keys in 10 seconds',
        code: 429,
      });
      const seconds = Number(headers.get('retry-after'));
      expect(seconds).toBeGreaterThanOrEqual(1);
      expect(seconds).toBeLessThanOrEqual(10);
      expect(headers.get('ratelimit')).toBe(`"default";r=0;t=${seconds}`);
      expect(headers.get('ratelimit-policy')).toBe('"default";q=60;w=10');
      expect((await ask(api, other.key, '192.0.2.1')).status).toBe(429);
      expect(lookUp).not.toHaveBeenCalled();
      // What costs no query is answered as ever.
      expect((await ask(api, user.key, '192.0.2.1')).status).toBe(200);
      expect((await ask(api, 'sk_live_x', '192.0.2.1')).status).toBe(401);
      expect((await ask(api, other.key, '192.0.2.2')).status).toBe(200);
    });
  });

  it('are not counted where limits are off', async () => {
    await withApi(database, { changes: { rateLimits: false } }, async (api) => {
      for (let i = 0; i < 65; i++) expect((await guess(api, '192.0.2.1')).status).toBe(401);
    });
  });

  it('are hardly more when they come all at once, and good ones among them are no reason', async () => {
    const wrong = new WrongKeys();
    const query = jest.fn(nothing);
    const answers = await Promise.allSettled(Array.from({ length: 500 }, () => wrong.lookUp('a', query)));
    expect(query.mock.calls.length).toBeGreaterThanOrEqual(60);
    expect(query.mock.calls.length).toBeLessThan(70);
    expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(500 - query.mock.calls.length);
    const good = await Promise.all(Array.from({ length: 500 }, () => wrong.lookUp('b', async () => 'user')));
    expect(new Set(good)).toEqual(new Set(['user']));
  });

  it('are forgotten when their time is over', async () => {
    const wrong = new WrongKeys(300);
    const fill = async () => {
      for (let i = 0; i < 61; i++) await wrong.lookUp('a', nothing);
    };
    await expect(fill()).rejects.toMatchObject({ status: 429 });
    await eventually(async () => expect(await wrong.lookUp('a', async () => 'user')).toBe('user'));
  });
});
