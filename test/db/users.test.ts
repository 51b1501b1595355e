import { randomBytes, randomUUID } from 'node:crypto';
import { findApiKey, revokeApiKey } from '../../src/db/api-keys';
import { listen } from '../../src/db/listen';
import { endUser, findUser, insertUser } from '../../src/db/users';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';

const UNKNOWN = '3f0e5a54-6f0c-4f6e-9d3c-0d7a3c1b2e4f';

describe('users and their keys', () => {
  let database: TestDatabase;
  let number = 0;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  async function add(email = `user-${++number}@example.com`) {
    const hash = randomBytes(32);
    const id = randomUUID();
    const apiKey = { prefix: 'sk_live_x', hash };
    const isNew = await insertUser(database.db, { id, email, sealedSecret: 'v1.x', apiKey });
    return { id, hash, isNew };
  }
  const keyId = async (hash: Buffer) =>
    (await database.db.selectFrom('api_keys').select('id').where('hash', '=', hash).executeTakeFirstOrThrow())
      .id;

  it('insertUser stores the user with the key, or nothing when the address is taken', async () => {
    const { id, hash } = await add('Ada@example.com');
    expect(await findUser(database.db, id)).toMatchObject({ id, email: 'Ada@example.com', is_active: true });
    expect(await findApiKey(database.db, hash)).toEqual({ userId: id, hash, expiresInMs: null });
    const second = await add('aDA@example.com');
    expect(second.isNew).toBe(false);
    expect(await findApiKey(database.db, second.hash)).toBeUndefined();
  });

  it('insertUser leaves no user without a key', async () => {
    const { hash } = await add();
    const apiKey = { prefix: 'x', hash };
    const user = { id: randomUUID(), email: 'half@example.com', sealedSecret: 'v1.x', apiKey };
    await expect(insertUser(database.db, user)).rejects.toThrow('duplicate key');
    const rows = await database.db.selectFrom('users').where('email', '=', user.email).selectAll().execute();
    expect(rows).toEqual([]);
  });

  it('revokeApiKey takes one key away, once, and tells everybody', async () => {
    const { id: userId, hash } = await add();
    const heard: string[] = [];
    const onUp = jest.fn();
    const listener = listen(
      database.url,
      { pricehook_keys: (hex) => heard.push(hex) },
      { onUp, onDown: () => {} },
    );
    try {
      await eventually(() => expect(onUp).toHaveBeenCalled());
      const id = await keyId(hash);
      expect(await revokeApiKey(database.db, { id, userId: UNKNOWN })).toBeUndefined();
      expect(await revokeApiKey(database.db, { id, userId })).toEqual([]);
      expect(await revokeApiKey(database.db, { id, userId })).toBeUndefined();
      expect(await revokeApiKey(database.db, { id: UNKNOWN, userId })).toBeUndefined();
      expect(await findApiKey(database.db, hash)).toBeUndefined();
      await eventually(() => expect(heard).toEqual([hash.toString('hex')]));
    } finally {
      await listener.close();
    }
  });

  it('endUser takes all keys away', async () => {
    const { id, hash } = await add();
    expect(await endUser(database.db, id)).toEqual([]);
    expect(await endUser(database.db, id)).toBeUndefined();
    expect(await endUser(database.db, UNKNOWN)).toBeUndefined();
    expect(await findApiKey(database.db, hash)).toBeUndefined();
    expect(await findUser(database.db, id)).toBeUndefined();
  });
});
