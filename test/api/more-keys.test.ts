import { apiKeySchema, newApiKeySchema } from '../../src/api/answers/users';
import { revokeEndedKeys } from '../../src/db/api-keys';
import { endAlertsOfLostKeys } from '../../src/db/reconciling';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { seedAlert } from '../support/seed';
import { ALERT, addUser, INVALID_KEY, startApi, type TestApi, type TestUser } from './api';

const KEYS = '/api/v1/users/me/keys';
const DAY_MS = 86_400_000;

describe('several keys', () => {
  let database: TestDatabase;
  let api: TestApi;
  let other: TestApi;
  let user: TestUser;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startApi(database);
    other = await startApi(database);
  });
  afterAll(async () => {
    await Promise.all([api.close(), other.close()]);
    await database.drop();
  });
  beforeEach(async () => {
    user = await addUser(database.db);
  });

  const create = (name: unknown = 'second', key = user.key) =>
    api.ask(`POST ${KEYS}`, { key, body: { name } });
  const list = async (key = user.key) => (await api.ask(`GET ${KEYS}`, { key })).json;
  const roll = (id: string, overlap?: string, key = user.key) =>
    api.ask(`POST ${KEYS}/${id}/roll`, { key, body: overlap === undefined ? undefined : { overlap } });
  const revoke = (id: string, key = user.key) => api.ask(`DELETE ${KEYS}/${id}`, { key });
  const firstId = async () => (await list())[0].id as string;
  const me = async (one: TestApi, key: string) => (await one.ask('GET /api/v1/users/me', { key })).status;
  /** Has a key end so soon; nobody may wait for a day. */
  const endIn = (id: string, ms: number) =>
    database.db
      .updateTable('api_keys')
      .set({ expires_at: new Date(Date.now() + ms) })
      .where('id', '=', id)
      .execute();

  describe('POST /users/me/keys', () => {
    it('makes a key with a name, shown once', async () => {
      const { status, json } = await create('  backup server ');
      expect(status).toBe(201);
      expect(newApiKeySchema.parse(json)).toEqual(json);
      expect(json).toMatchObject({ name: 'backup server', expires_at: null });
      expect(json.prefix).toBe(json.api_key.slice(0, 14));
      const keys = await list(json.api_key);
      expect(apiKeySchema.array().parse(keys)).toEqual(keys);
      expect(keys.map(({ name }: { name: string }) => name)).toEqual(['default', 'backup server']);
      expect(JSON.stringify([keys, api.logged()])).not.toContain(json.api_key);
    });

    it.each(['', '   ', 'x'.repeat(65), 'a\nb', 7])('answers 422 to the name %j', async (name) => {
      const { status, json } = await create(name);
      expect([status, json.detail]).toEqual([422, 'name: Must be a name of 1 to 64 characters']);
    });

    it('answers 409 beyond 20, however many ask at once; revoking one makes room', async () => {
      const answers = await Promise.all(Array.from({ length: 25 }, () => create()));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(19);
      const refused = answers.filter(({ status }) => status === 409);
      expect(refused).toHaveLength(6);
      expect(refused[0]?.json.detail).toContain('You have 20 API keys');
      const id = await firstId();
      expect((await roll(id)).status).toBe(409);
      expect((await roll(id, '0s')).status).toBe(201);
    });

    it('with a key that is revoked meanwhile leaves no other behind', async () => {
      const { json: second } = await create();
      const id = await firstId();
      const answers = await Promise.all([
        ...[1, 2, 3].map(() => create('thief')),
        revoke(id, second.api_key),
        ...[1, 2, 3].map(() => create('thief')),
      ]);
      for (const { status } of answers) expect([201, 204, 401]).toContain(status);
      expect((await create('thief')).json).toEqual(INVALID_KEY);
    });
  });

  describe('POST /users/me/keys/{id}/roll', () => {
    it('answers a new key of the same name, beside which the old one stays good for a day', async () => {
      const before = Date.now();
      const { status, json } = await roll(await firstId());
      expect(status).toBe(201);
      expect(newApiKeySchema.parse(json)).toEqual(json);
      expect(json).toMatchObject({ name: 'default', expires_at: null });
      const [old, fresh] = await list(json.api_key);
      expect(fresh.id).toBe(json.id);
      expect(Date.parse(old.expires_at)).toBeGreaterThanOrEqual(before + DAY_MS - 1_000);
      expect(Date.parse(old.expires_at)).toBeLessThanOrEqual(Date.now() + DAY_MS + 1_000);
      for (const one of [api, other])
        for (const key of [user.key, json.api_key]) expect(await me(one, key)).toBe(200);
    });

    it('with no overlap ends the old one at once, in every process', async () => {
      expect([await me(api, user.key), await me(other, user.key)]).toEqual([200, 200]);
      const { json } = await roll(await firstId(), '0s');
      expect(await me(api, user.key)).toBe(401);
      await eventually(async () => expect(await me(other, user.key)).toBe(401));
      expect(await list(json.api_key)).toHaveLength(1);
    });

    it('has the old one refused at its time by every process that knew it', async () => {
      const id = await firstId();
      const { json } = await roll(id, '1h');
      expect([await me(api, user.key), await me(other, user.key)]).toEqual([200, 200]);
      await endIn(id, 500);
      // Both have it in memory again, with its end, before that comes.
      for (const one of [api, other])
        await eventually(async () => expect(await me(one, user.key)).toBe(401), 10_000);
      expect(await me(api, json.api_key)).toBe(200);
      expect(await list(json.api_key)).toHaveLength(1);
    });

    it('leaves alerts and user alone when the old one ends', async () => {
      const id = await firstId();
      const alert = await api.ask('POST /api/v1/alerts/', { key: user.key, body: ALERT });
      const { json } = await roll(id, '1h');
      await endIn(id, -1);
      await revokeEndedKeys(database.db, 100);
      expect(await me(api, json.api_key)).toBe(200);
      const { json: alerts } = await api.ask('GET /api/v1/alerts/', { key: json.api_key });
      expect(alerts).toEqual([alert.json]);
    });

    it('answers 409 for a key that ends already, and many at once make one', async () => {
      const id = await firstId();
      const answers = await Promise.all(Array.from({ length: 8 }, () => roll(id)));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      const refused = answers.filter(({ status }) => status === 409);
      expect(refused).toHaveLength(7);
      expect(refused[0]?.json.detail).toContain('was rolled');
      expect(await list()).toHaveLength(2);
    });

    it('leaves the old one no way to make another', async () => {
      const id = await firstId();
      const { json: fresh } = await roll(id);
      for (const { status, json } of [await create('thief'), await roll(fresh.id)])
        expect([status, json.detail]).toEqual([409, expect.stringContaining('makes no others')]);
      const ended = await roll(id, '1h', fresh.api_key);
      expect([ended.status, ended.json.detail]).toEqual([409, expect.stringContaining('rolled already')]);
      expect(await list(fresh.api_key)).toHaveLength(2);
    });

    it('at once with revoking the same key leaves the user a good one, or none and no alert', async () => {
      await api.ask('POST /api/v1/alerts/', { key: user.key, body: ALERT });
      const id = await firstId();
      const [rolled, revoked] = await Promise.all([roll(id, '0s'), revoke(id)]);
      const alerts = await database.db
        .selectFrom('alerts')
        .select('status')
        .where('user_id', '=', user.id)
        .execute();
      if (rolled.status === 201) {
        expect([404, 401]).toContain(revoked.status);
        expect(await me(api, rolled.json.api_key)).toBe(200);
        expect(alerts).toEqual([{ status: 'active' }]);
      } else {
        expect([rolled.status, revoked.status]).toEqual([401, 204]);
        expect(alerts).toEqual([{ status: 'deleted' }]);
      }
    });

    it.each([{ overlap: '8d' }, { overlap: 1 }, { lap: '1h' }])('answers 422 to %j', async (body) => {
      const { status } = await api.ask(`POST ${KEYS}/${await firstId()}/roll`, { key: user.key, body });
      expect(status).toBe(422);
      expect(await list()).toHaveLength(1);
    });

    it("answers 404 for an unknown key, another user's, a revoked one and what is no id", async () => {
      const stranger = await addUser(database.db);
      const [{ id: theirs }] = await list(stranger.key);
      const { json: gone } = await create();
      await revoke(gone.id);
      for (const id of ['3f0e5a54-6f0c-4f6e-9d3c-0d7a3c1b2e4f', theirs, gone.id, 'nonsense'])
        expect((await roll(id)).status).toBe(404);
      expect(await list(stranger.key)).toHaveLength(1);
    });
  });

  describe('a last key that has ended', () => {
    let id: string;
    beforeEach(async () => {
      await api.ask('POST /api/v1/alerts/', { key: user.key, body: ALERT });
      id = await firstId();
      const { json } = await roll(id, '1h');
      // The old one is still good: the user has not left.
      expect((await revoke(json.id)).status).toBe(204);
      expect(await me(api, user.key)).toBe(200);
      await endIn(id, -1);
    });

    it('is refused, and makes no alert', async () => {
      await eventually(async () => expect(await me(api, user.key)).toBe(401));
      await expect(seedAlert(database.db, { userId: user.id, targetPrice: 1 })).rejects.toThrow('no key');
    });

    it('counts for nothing when an operator takes keys away', async () => {
      await database.db
        .insertInto('keys_lost')
        .values({ user_id: user.id })
        .onConflict((c) => c.doNothing())
        .execute();
      await endAlertsOfLostKeys(database.db, 100);
      const { status } = await database.db
        .selectFrom('alerts')
        .select('status')
        .where('user_id', '=', user.id)
        .executeTakeFirstOrThrow();
      expect(status).toBe('deleted');
    });

    it('ends its user and their alerts with the next reconciliation', async () => {
      expect(await revokeEndedKeys(database.db, 100)).toBeGreaterThanOrEqual(1);
      const alerts = await database.db
        .selectFrom('alerts')
        .select(['status', 'next_check_at'])
        .where('user_id', '=', user.id)
        .execute();
      expect(alerts).toMatchObject([{ status: 'deleted', next_check_at: expect.any(Date) }]);
      const row = await database.db
        .selectFrom('users')
        .select(['is_active', 'email'])
        .where('id', '=', user.id)
        .executeTakeFirstOrThrow();
      expect(row).toEqual({ is_active: false, email: null });
      expect(await revokeEndedKeys(database.db, 100)).toBe(0);
      const { email } = user;
      expect((await api.ask('POST /api/v1/users/register', { body: { email } })).status).toBe(201);
    });
  });
});
