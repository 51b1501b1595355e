import { keepKeyUses } from '../../src/api/key-uses';
import { noteKeyUses } from '../../src/db/api-keys';
import { testLog } from '../support/stack';
import { addUser, useApi } from './api';

describe('when a key was last used', () => {
  const api = useApi();

  const lastUsed = async (userId: string) =>
    await api()
      .db.selectFrom('api_keys')
      .select(['hash', 'last_used_at'])
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
  const use = async (key: string) =>
    expect((await api().ask('GET /api/v1/users/me', { key })).status).toBe(200);
  const writeDown = () => keepKeyUses(api().db, api().keys, testLog).close();

  it('is written down behind the requests, and listed', async () => {
    const { id, key } = await addUser(api().db);
    await use(key);
    expect((await lastUsed(id)).last_used_at).toBeNull();
    await writeDown();
    const at = (await lastUsed(id)).last_used_at;
    expect(at).toBeInstanceOf(Date);
    const { json } = await api().ask('GET /api/v1/users/me/keys', { key });
    expect(json[0].last_used_at).toBe(at?.toISOString());
  });

  it('is taken once a minute, however often the key is used', async () => {
    const { key } = await addUser(api().db);
    api().keys.takeUsed();
    for (let n = 0; n < 5; n++) await use(key);
    expect(api().keys.takeUsed()).toHaveLength(1);
    await use(key);
    expect(api().keys.takeUsed()).toEqual([]);
  });

  it('is written at most once a minute, whichever process has it to say', async () => {
    const { id, key } = await addUser(api().db);
    await use(key);
    await writeDown();
    const { hash, last_used_at } = await lastUsed(id);
    await noteKeyUses(api().db, [hash.toString('hex')]);
    expect((await lastUsed(id)).last_used_at).toEqual(last_used_at);
    const old = new Date(Date.now() - 61_000);
    await api().db.updateTable('api_keys').set({ last_used_at: old }).where('user_id', '=', id).execute();
    await noteKeyUses(api().db, [hash.toString('hex'), hash.toString('hex')]);
    expect((await lastUsed(id)).last_used_at?.getTime()).toBeGreaterThan(old.getTime());
  });

  it('is nothing that a wrong or a revoked key has', async () => {
    const { key } = await addUser(api().db);
    const [{ id }] = (await api().ask('GET /api/v1/users/me/keys', { key })).json;
    await api().ask(`DELETE /api/v1/users/me/keys/${id}`, { key });
    api().keys.takeUsed();
    expect((await api().ask('GET /api/v1/users/me', { key })).status).toBe(401);
    expect(api().keys.takeUsed()).toEqual([]);
  });
});
