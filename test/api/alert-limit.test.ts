import { ALERT, addUser, type TestUser, useApi } from './api';

const FULL = {
  error: 'HTTPException',
  detail: 'You have 3 active alerts, as many as are allowed; delete or pause one first',
  code: 409,
};

describe('MAX_ALERTS_PER_USER', () => {
  const api = useApi({ maxAlertsPerUser: 3 });
  let user: TestUser;
  let target = 0;

  beforeEach(async () => {
    user = await addUser(api().db);
  });

  const create = (key = user.key) => {
    target += 1;
    return api().ask('POST /api/v1/alerts/', { key, body: { ...ALERT, target_price: target } });
  };
  const change = (id: string, body: object) =>
    api().ask(`PATCH /api/v1/alerts/${id}`, { key: user.key, body });
  const fill = async (): Promise<string[]> => {
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.push((await create()).json.id);
    return ids;
  };
  const activeCount = async () =>
    (await api().ask('GET /api/v1/alerts/?status=active', { key: user.key })).json.length;

  it('is where creation ends, for one user', async () => {
    await fill();
    const { status, json } = await create();
    expect(status).toBe(409);
    expect(json).toEqual(FULL);
    const other = await addUser(api().db);
    expect((await create(other.key)).status).toBe(201);
  });

  it('counts active alerts of this market only', async () => {
    const [fired, deleted, paused] = (await fill()) as [string, string, string];
    await api().db.updateTable('alerts').set({ status: 'fired' }).where('id', '=', fired).execute();
    expect((await create()).status).toBe(201);
    await api().ask(`DELETE /api/v1/alerts/${deleted}`, { key: user.key });
    expect((await create()).status).toBe(201);
    await change(paused, { paused: true });
    expect((await create()).status).toBe(201);
    expect((await create()).json).toEqual(FULL);
    await api().db.updateTable('alerts').set({ market: 'live' }).where('user_id', '=', user.id).execute();
    expect((await create()).status).toBe(201);
  });

  it('holds for resuming, too, but not for changing what is active', async () => {
    const [first, second] = (await fill()) as [string, string];
    await change(first, { paused: true });
    await create();
    const { status, json } = await change(first, { paused: false });
    expect(status).toBe(409);
    expect(json).toEqual(FULL);
    expect((await change(second, { paused: false, target_price: 1e9 })).status).toBe(200);
    expect((await change(first, { target_price: 2e9 })).json).toMatchObject({ status: 'paused' });
    await change(second, { paused: true });
    expect((await change(first, { paused: false })).status).toBe(200);
  });

  it('holds for paused ones, too: as many may be paused', async () => {
    for (let i = 0; i < 3; i++) await change((await create()).json.id, { paused: true });
    const { status, json } = await change((await create()).json.id, { paused: true });
    expect(status).toBe(409);
    expect(json.detail).toBe('You have 3 paused alerts, as many as are allowed; delete one first');
  });

  it('is never passed, however many come at once', async () => {
    const paused = (await create()).json.id;
    await change(paused, { paused: true });
    await create();
    const answers = await Promise.all([
      change(paused, { paused: false }),
      ...Array.from({ length: 12 }, () => create()),
    ]);
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(2);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(11);
    expect(await activeCount()).toBe(3);
  });
});

describe('a limit that is far away', () => {
  // PostgreSQL takes 100 connections by default: below that distance alerts are made one by one.
  const api = useApi({ maxAlertsPerUser: 110 });

  it('is never passed either, and reached', async () => {
    const user = await addUser(api().db);
    const answers = await Promise.all(
      Array.from({ length: 130 }, (_, index) =>
        api().ask('POST /api/v1/alerts/', { key: user.key, body: { ...ALERT, target_price: index + 1 } }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(110);
    expect(statuses.filter((status) => status === 409)).toHaveLength(20);
  });
});
