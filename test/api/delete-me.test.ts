import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { beginNext, publishPrices } from '../support/seed';
import { ALERT, addUser, INVALID_KEY, startApi, type TestApi, type TestUser } from './api';

const ME = '/api/v1/users/me';

describe('DELETE /users/me', () => {
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
    api.workflows.changedIds.length = 0;
  });

  const leave = (key = user.key) => api.ask(`DELETE ${ME}`, { key });
  const create = async (target_price: number) =>
    (await api.ask('POST /api/v1/alerts/', { key: user.key, body: { ...ALERT, target_price } })).json
      .id as string;

  it('answers 204, and the key is refused everywhere', async () => {
    for (const one of [api, other]) expect((await one.ask(`GET ${ME}`, { key: user.key })).status).toBe(200);
    const { status, text } = await leave();
    expect([status, text]).toEqual([204, '']);
    expect((await api.ask('GET /api/v1/alerts', { key: user.key })).json).toEqual(INVALID_KEY);
    await eventually(async () =>
      expect((await other.ask('GET /api/v1/alerts', { key: user.key })).json).toEqual(INVALID_KEY),
    );
    expect((await leave()).json).toEqual(INVALID_KEY);
  });

  it('deletes all alerts, cancels what they owe, and tells the workflows that may still run', async () => {
    const { db } = database;
    const [waiting, paused, owing, done] = [
      await create(1e6),
      await create(2e6),
      await create(10),
      await create(20),
    ];
    await api.ask(`PATCH /api/v1/alerts/${paused}`, { key: user.key, body: { paused: true } });
    await publishPrices(db, new Date(), { BTC: 100 });
    await db.updateTable('deliveries').set({ status: 'delivered' }).where('alert_id', '=', done).execute();
    api.workflows.changedIds.length = 0;
    await leave();
    expect([...api.workflows.changedIds].sort()).toEqual([waiting, paused, owing].sort());
    const alerts = await db
      .selectFrom('alerts')
      .select(['id', 'status', 'next_check_at'])
      .where('user_id', '=', user.id)
      .execute();
    for (const { id, status, next_check_at } of alerts) {
      expect([id, status, next_check_at !== null]).toEqual([id, 'deleted', id !== done]);
    }
    const deliveries = await db
      .selectFrom('deliveries')
      .select(['id', 'alert_id', 'status', 'next_attempt_at'])
      .where('user_id', '=', user.id)
      .execute();
    expect(deliveries).toHaveLength(2);
    const owed = deliveries.find(({ alert_id }) => alert_id === owing);
    expect(owed).toMatchObject({ status: 'cancelled', next_attempt_at: null });
    expect(deliveries.find(({ alert_id }) => alert_id === done)).toMatchObject({ status: 'delivered' });
    expect(await beginNext(db, owed?.id as string)).toMatchObject({ number: null });
  });

  it('forgets who it was, and lets the address be registered again', async () => {
    await leave();
    const row = await database.db
      .selectFrom('users')
      .selectAll()
      .where('id', '=', user.id)
      .executeTakeFirstOrThrow();
    expect(row).toMatchObject({ email: null, is_active: false });
    const secrets = await database.db
      .selectFrom('webhook_secrets')
      .selectAll()
      .where('user_id', '=', user.id)
      .execute();
    expect(secrets).toEqual([]);
    const register = () =>
      api.ask('POST /api/v1/users/register', { body: { email: user.email.toUpperCase() } });
    const { status, json } = await register();
    expect(status).toBe(201);
    expect(json.id).not.toBe(user.id);
    expect((await api.ask('GET /api/v1/alerts', { key: json.api_key })).json).toEqual([]);
    expect((await register()).status).toBe(400);
    await leave(json.api_key);
    expect((await register()).status).toBe(201);
  });

  it('happens once when asked many times at once, and leaves no alert that was being made meanwhile', async () => {
    const answers = await Promise.all([
      leave(),
      ...[1, 2, 3].map((price) =>
        api.ask('POST /api/v1/alerts/', { key: user.key, body: { ...ALERT, target_price: price } }),
      ),
      leave(),
    ]);
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    for (const { status } of answers) expect([201, 204, 401]).toContain(status);
    const left = await database.db
      .selectFrom('alerts')
      .select('id')
      .where('user_id', '=', user.id)
      .where('status', '<>', 'deleted')
      .execute();
    expect(left).toEqual([]);
  });

  it('leaves other users alone', async () => {
    const stranger = await addUser(database.db);
    await api.ask('POST /api/v1/alerts/', { key: stranger.key, body: ALERT });
    await leave();
    expect((await api.ask('GET /api/v1/alerts', { key: stranger.key })).json).toHaveLength(1);
  });

  it('needs a key', async () => {
    expect((await api.ask(`DELETE ${ME}`)).status).toBe(401);
  });
});
