import { ALERT, ALERT_NOT_FOUND, addUser, type TestUser, useApi } from './api';

describe('GET /alerts/{id}', () => {
  const api = useApi();
  let user: TestUser;

  beforeEach(async () => {
    user = await addUser(api().db);
  });

  const create = async () => (await api().ask('POST /api/v1/alerts/', { key: user.key, body: ALERT })).json;
  const get = (id: string, key = user.key) => api().ask(`GET /api/v1/alerts/${id}`, { key });

  it('answers what creation answered', async () => {
    const alert = await create();
    const { status, json } = await get(alert.id);
    expect(status).toBe(200);
    expect(json).toEqual(alert);
    expect((await get(alert.id.toUpperCase())).json).toEqual(alert);
  });

  it("answers the same 404 for an unknown alert, another user's, a deleted one and what is no id", async () => {
    const alert = await create();
    const stranger = await addUser(api().db);
    const deleted = (
      await api().ask('POST /api/v1/alerts/', { key: user.key, body: { ...ALERT, ticker: 'ETH' } })
    ).json;
    await api().ask(`DELETE /api/v1/alerts/${deleted.id}`, { key: user.key });
    const answers = await Promise.all([
      get('3f0e5a54-6f0c-4f6e-9d3c-0d7a3c1b2e4f'),
      get(alert.id, stranger.key),
      get(deleted.id),
      get('1'),
      get('undefined'),
      get(`${alert.id}0`),
      get(`%7B${alert.id}%7D`),
      get(alert.id.replaceAll('-', '')),
      get("';select%201--"),
      get('%00'),
    ]);
    for (const { status, json } of answers) {
      expect(status).toBe(404);
      expect(json).toEqual(ALERT_NOT_FOUND);
    }
  });
});
