import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { findApiKey, revokeApiKey } from '../../src/db/api-keys';
import { endUser } from '../../src/db/users';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { addUser, startApi, type TestApi } from './api';

jest.mock('../../src/db/api-keys', () => {
  const actual = jest.requireActual('../../src/db/api-keys');
  return { ...actual, findApiKey: jest.fn(actual.findApiKey) };
});
const lookUp = findApiKey as jest.MockedFunction<typeof findApiKey>;

describe('the cache of keys', () => {
  let database: TestDatabase;
  let first: TestApi;
  let second: TestApi;

  beforeAll(async () => {
    database = await createTestDatabase();
    first = await startApi(database);
    second = await startApi(database);
  });
  afterAll(async () => {
    await Promise.all([first.close(), second.close()]);
    await database.drop();
  });
  beforeEach(() => lookUp.mockClear());

  const me = async (api: TestApi, key: string) => (await api.ask('GET /api/v1/users/me', { key })).status;
  const keyOf = async (userId: string) =>
    (
      await database.db
        .selectFrom('api_keys')
        .select('id')
        .where('user_id', '=', userId)
        .executeTakeFirstOrThrow()
    ).id;

  it('asks the database once for a good key', async () => {
    const { key } = await addUser(database.db);
    for (let i = 0; i < 3; i++) expect(await me(first, key)).toBe(200);
    expect(lookUp).toHaveBeenCalledTimes(1);
  });

  it('asks the database again for a key that was unknown', async () => {
    const { id, key } = await addUser(database.db);
    const row = await database.db
      .deleteFrom('api_keys')
      .where('user_id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    expect(await me(first, key)).toBe(401);
    await database.db.insertInto('api_keys').values(row).execute();
    expect(await me(first, key)).toBe(200);
  });

  it('never asks for a key whose checksum is wrong', async () => {
    const { key } = await addUser(database.db);
    const last = key.endsWith('0') ? '1' : '0';
    expect(await me(first, key.slice(0, -1) + last)).toBe(401);
    expect(lookUp).not.toHaveBeenCalled();
  });

  it.each([
    ['revoked', async (userId: string) => revokeApiKey(database.db, { id: await keyOf(userId), userId })],
    ['of a user who leaves', (userId: string) => endUser(database.db, userId)],
  ])('forgets a key that is %s, in every process', async (_how, takeAway) => {
    const { id, key } = await addUser(database.db);
    expect([await me(first, key), await me(second, key)]).toEqual([200, 200]);
    await takeAway(id);
    await eventually(async () => expect([await me(first, key), await me(second, key)]).toEqual([401, 401]));
  });

  it('does not remember what a revocation overtook', async () => {
    const { id, key } = await addUser(database.db);
    const found = jest.requireActual('../../src/db/api-keys').findApiKey as typeof findApiKey;
    // With their last key they would have left.
    const other = { user_id: id, prefix: 'sk_live_x', hash: randomBytes(32) };
    const keyId = await keyOf(id);
    await database.db.insertInto('api_keys').values(other).execute();
    // The row is read, then revoked everywhere, and only then does the answer arrive.
    lookUp.mockImplementationOnce(async (db, hash) => {
      const answer = await found(db, hash);
      const heard = jest.spyOn(first.keys, 'revoked');
      await revokeApiKey(database.db, { id: keyId, userId: id });
      await eventually(() => expect(heard).toHaveBeenCalled());
      return answer;
    });
    expect(await me(first, key)).toBe(200);
    expect(await me(first, key)).toBe(401);
  });

  it('serves nothing while nobody hears of revocations', async () => {
    const { id, key } = await addUser(database.db);
    expect([await me(first, key), await me(second, key)]).toEqual([200, 200]);
    const went = [first, second].map((api) => jest.spyOn(api.keys, 'down'));
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'pricehook-listen'`.execute(database.db);
    // The connections are cut, so that the notification of what follows reaches nobody.
    await revokeApiKey(database.db, { id: await keyOf(id), userId: id });
    await eventually(() => {
      for (const down of went) expect(down).toHaveBeenCalled();
    });
    expect([await me(first, key), await me(second, key)]).toEqual([401, 401]);
    await eventually(() => expect(first.keys.isUp && second.keys.isUp).toBe(true));
    expect([await me(first, key), await me(second, key)]).toEqual([401, 401]);
    const other = await addUser(database.db);
    lookUp.mockClear();
    expect([await me(first, other.key), await me(first, other.key)]).toEqual([200, 200]);
    expect(lookUp).toHaveBeenCalledTimes(1);
  });
});
