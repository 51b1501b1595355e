import { z } from 'zod';
import { alertDetailsSchema, alertSchema } from '../../src/api/answers/alerts';
import { ALERT, addUser, type TestUser, useApi } from './api';

const CALL = 'GET /api/v1/alerts/';

describe('GET /alerts', () => {
  const api = useApi();
  let user: TestUser;

  beforeEach(async () => {
    user = await addUser(api().db);
  });

  const create = async (target_price: number): Promise<string> =>
    (await api().ask('POST /api/v1/alerts/', { key: user.key, body: { ...ALERT, target_price } })).json.id;
  const list = async () => (await api().ask(CALL, { key: user.key })).json;

  it('is an empty array at first', async () => {
    const { status, json } = await api().ask(CALL, { key: user.key });
    expect(status).toBe(200);
    expect(json).toEqual([]);
  });

  it("has the user's own alerts, the newest first", async () => {
    const ids = [await create(1), await create(2), await create(3)];
    const other = await addUser(api().db);
    await api().ask('POST /api/v1/alerts/', { key: other.key, body: ALERT });
    const alerts = await list();
    expect(z.array(alertSchema).parse(alerts)).toEqual(alerts);
    expect(alerts.map((alert: { id: string }) => alert.id)).toEqual(ids.reverse());
  });

  it('says with details when each is looked at next, and where Temporal shows it', async () => {
    const id = await create(1);
    const ask = (query: string) => api().ask(`${CALL}?${query}`, { key: user.key });
    const { json } = await ask('details=true');
    expect(z.array(alertDetailsSchema).parse(json)).toEqual(json);
    expect(json).toEqual([
      {
        ...(await list())[0],
        next_check_at: expect.stringMatching(/^\d{4}-/),
        workflow_url: `http://temporal.example/alert-${id}`,
      },
    ]);
    expect((await ask('details=false')).json).toEqual(await list());
    expect((await ask('details=yes')).json.detail).toBe('details: Must be true or false');
  });

  it('has fired and paused ones too, and no deleted ones', async () => {
    const [fired, paused, deleted] = [await create(1), await create(2), await create(3)];
    const { db } = api();
    await db
      .updateTable('alerts')
      .set({
        status: 'fired',
        triggered_at: new Date('2026-03-01T12:00:00.120Z'),
        triggered_price: '65420.15000',
      })
      .where('id', '=', fired as string)
      .execute();
    await db
      .updateTable('alerts')
      .set({ status: 'paused' })
      .where('id', '=', paused as string)
      .execute();
    await api().ask(`DELETE /api/v1/alerts/${deleted}`, { key: user.key });
    expect(await list()).toMatchObject([
      { id: paused, status: 'paused', is_active: false },
      {
        id: fired,
        status: 'fired',
        is_active: false,
        triggered_at: '2026-03-01T12:00:00.120Z',
        triggered_price: 65420.15,
      },
    ]);
  });

  it('leaves out alerts of the other market', async () => {
    const id = await create(1);
    await api().db.updateTable('alerts').set({ market: 'live' }).where('id', '=', id).execute();
    expect(await list()).toEqual([]);
  });

  it('ends after 1,000', async () => {
    const values = Array.from({ length: 1_001 }, (_, i) => ({
      ...{ user_id: user.id, market: 'replay' as const, ticker: 'BTC', condition: 'gt' as const },
      ...{ webhook_url: ALERT.webhook_url, armed_seq: 0, checked_seq: 0, next_check_at: new Date() },
      target_price: i + 1,
    }));
    await api().db.insertInto('alerts').values(values).execute();
    expect(await list()).toHaveLength(1_000);
  });
});
