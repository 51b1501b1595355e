import { apiKeySchema } from '../../src/api/answers/users';
import { newApiKey } from '../../src/api/api-key';
import { eventually } from '../support/eventually';
import { ALERT, addUser, type TestUser, useApi } from './api';

const CALL = 'GET /api/v1/users/me/keys';

describe('/users/me/keys', () => {
  const api = useApi();
  let user: TestUser;

  beforeEach(async () => {
    user = await addUser(api().db);
    api().workflows.changedIds.length = 0;
  });

  const list = async (key = user.key) => (await api().ask(CALL, { key })).json;
  const revoke = (id: string, key = user.key) => api().ask(`DELETE /api/v1/users/me/keys/${id}`, { key });
  const addKey = async () => {
    const { key, prefix, hash } = newApiKey();
    await api().db.insertInto('api_keys').values({ user_id: user.id, prefix, hash }).execute();
    return key;
  };
  const create = async () =>
    (await api().ask('POST /api/v1/alerts/', { key: user.key, body: ALERT })).json.id as string;
  const alertStatus = async (id: string) =>
    (await api().db.selectFrom('alerts').select('status').where('id', '=', id).executeTakeFirstOrThrow())
      .status;

  it('GET lists the good ones, the oldest first, and no secret', async () => {
    const second = await addKey();
    const keys = await list();
    expect(apiKeySchema.array().parse(keys)).toEqual(keys);
    expect(keys.map(({ prefix }: { prefix: string }) => prefix)).toEqual(
      [user.key, second].map((key) => key.slice(0, 14)),
    );
    await revoke(keys[1].id);
    expect(await list()).toEqual([keys[0]]);
  });

  it('DELETE answers 204, and the key is refused from then on', async () => {
    const second = await addKey();
    expect((await api().ask(CALL, { key: second })).status).toBe(200);
    const { status, text } = await revoke((await list())[1].id);
    expect([status, text]).toEqual([204, '']);
    expect((await api().ask(CALL, { key: second })).status).toBe(401);
    expect(await list()).toHaveLength(1);
  });

  it('DELETE leaves the alerts alone while another key is good', async () => {
    const id = await create();
    await addKey();
    await revoke((await list())[1].id);
    expect(await alertStatus(id)).toBe('active');
    expect(api().workflows.changedIds).toEqual([]);
  });

  it('DELETE of the last one ends the alerts, and tells their workflows', async () => {
    const id = await create();
    expect((await revoke((await list())[0].id)).status).toBe(204);
    expect((await api().ask(CALL, { key: user.key })).status).toBe(401);
    expect(await alertStatus(id)).toBe('deleted');
    expect(api().workflows.changedIds).toEqual([id]);
    const { email } = user;
    expect((await api().ask('POST /api/v1/users/register', { body: { email } })).status).toBe(201);
  });

  it('a user whom an operator shuts out is refused at once', async () => {
    expect((await api().ask(CALL, { key: user.key })).status).toBe(200);
    await api().db.updateTable('users').set({ is_active: false }).where('id', '=', user.id).execute();
    await eventually(async () => expect((await api().ask(CALL, { key: user.key })).status).toBe(401));
  });

  it('DELETE with a key in place of its id does not log the key', async () => {
    expect((await revoke(user.key)).status).toBe(404);
    expect(JSON.stringify(api().logged())).not.toContain(user.key);
  });

  it('DELETE of the last two at once ends the alerts', async () => {
    const id = await create();
    const second = await addKey();
    const [one, two] = await list();
    const answers = await Promise.all([revoke(one.id), revoke(two.id, second)]);
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    expect(await alertStatus(id)).toBe('deleted');
  });

  it('DELETE leaves no alert that was being made meanwhile', async () => {
    const [{ id: keyId }] = await list();
    const answers = await Promise.all([
      ...Array.from({ length: 4 }, (_, index) =>
        api().ask('POST /api/v1/alerts/', { key: user.key, body: { ...ALERT, target_price: index + 1 } }),
      ),
      revoke(keyId),
      ...Array.from({ length: 4 }, (_, index) =>
        api().ask('POST /api/v1/alerts/', { key: user.key, body: { ...ALERT, target_price: index + 9 } }),
      ),
    ]);
    for (const { status } of answers) expect([201, 204, 401]).toContain(status);
    const left = await api()
      .db.selectFrom('alerts')
      .select('id')
      .where('user_id', '=', user.id)
      .where('status', '<>', 'deleted')
      .execute();
    expect(left).toEqual([]);
  });

  it("DELETE answers the same 404 for an unknown key, another user's, a revoked one and what is no id", async () => {
    const other = await addUser(api().db);
    const [{ id: theirs }] = await list(other.key);
    await addKey();
    const { id: revoked } = (await list())[1];
    await revoke(revoked);
    for (const id of ['3f0e5a54-6f0c-4f6e-9d3c-0d7a3c1b2e4f', theirs, revoked, 'nonsense']) {
      const { status, json } = await revoke(id);
      expect(status).toBe(404);
      expect(json).toEqual({ error: 'HTTPException', detail: 'API key not found', code: 404 });
    }
    expect(await list(other.key)).toHaveLength(1);
  });

  it.each([
    [
      'revoked',
      (id: string) =>
        api().db.updateTable('api_keys').set({ revoked_at: new Date() }).where('user_id', '=', id),
    ],
    ['deleted', (id: string) => api().db.deleteFrom('api_keys').where('user_id', '=', id)],
    ['deleted with its user', (id: string) => api().db.deleteFrom('users').where('id', '=', id)],
  ])('refuses a key that is %s by hand, although it was remembered', async (_how, query) => {
    expect((await api().ask(CALL, { key: user.key })).status).toBe(200);
    await query(user.id).execute();
    await eventually(async () => expect((await api().ask(CALL, { key: user.key })).status).toBe(401));
  });
});
