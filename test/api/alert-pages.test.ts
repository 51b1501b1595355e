import { sql } from 'kysely';
import { ALERT, addUser, type TestUser, useApi } from './api';

const CALL = 'GET /api/v1/alerts/';

describe('the pages of GET /alerts', () => {
  const api = useApi();
  let user: TestUser;

  beforeEach(async () => {
    user = await addUser(api().db);
  });

  const get = (query: string, key = user.key) => api().ask(`${CALL}${query}`, { key });
  const idsOf = (alerts: { id: string }[]) => alerts.map(({ id }) => id);

  /** So many alerts, all made at the same microsecond. */
  async function addAlerts(count: number, more: object = {}): Promise<void> {
    const values = Array.from({ length: count }, (_, index) => ({
      ...{ user_id: user.id, market: 'replay' as const, ticker: 'BTC', condition: 'gt' as const },
      ...{ webhook_url: ALERT.webhook_url, armed_seq: 0, checked_seq: 0, target_price: index + 1 },
      ...more,
    }));
    await api().db.insertInto('alerts').values(values).execute();
  }

  /** All alerts, by following the links. */
  async function walk(query: string): Promise<{ pages: number[]; ids: string[] }> {
    const pages: number[] = [];
    const ids: string[] = [];
    let call: string | undefined = `${CALL}${query}`;
    while (call !== undefined) {
      const { status, json, headers } = await api().ask(call, { key: user.key });
      expect(status).toBe(200);
      pages.push(json.length);
      ids.push(...idsOf(json));
      const next: string | undefined = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];
      call = next === undefined ? undefined : `GET ${next}`;
    }
    return { pages, ids };
  }

  it('have no link where there is no more', async () => {
    await addAlerts(2);
    expect((await get('')).headers.get('link')).toBeNull();
    expect((await get('?limit=2')).headers.get('link')).toBeNull();
  });

  it('have a link after 1,000 without being asked for', async () => {
    await addAlerts(1_001);
    expect((await walk('')).pages).toEqual([1_000, 1]);
  });

  it('lose and repeat no alert that was made at the same microsecond as another, or just beside', async () => {
    await addAlerts(4);
    await addAlerts(4, { condition: 'lt' });
    await addAlerts(3, { ticker: 'ETH' });
    await api()
      .db.updateTable('alerts')
      .set({ created_at: sql`'2026-03-01T12:00:00.123456Z'` })
      .where('user_id', '=', user.id)
      .where('condition', '=', 'lt')
      .execute();
    await api()
      .db.updateTable('alerts')
      .set({ created_at: sql`'2026-03-01T12:00:00.123457Z'` })
      .where('user_id', '=', user.id)
      .where('ticker', '=', 'ETH')
      .execute();
    const all = idsOf((await get('')).json);
    for (const limit of [1, 2, 3, 5, 11]) {
      const { ids, pages } = await walk(`?limit=${limit}`);
      expect(ids).toEqual(all);
      expect(pages).toHaveLength(Math.ceil(11 / limit));
    }
  });

  it('hold their place when newer alerts come and older ones go', async () => {
    await addAlerts(5);
    const all = (await get('')).json;
    const { headers, json } = await get('?limit=2');
    await addAlerts(3, { condition: 'lt' });
    await api().ask(`DELETE /api/v1/alerts/${all[1].id}`, { key: user.key });
    await api().ask(`DELETE /api/v1/alerts/${all[2].id}`, { key: user.key });
    const next = headers.get('link')?.slice(1).split('>')[0];
    const second = (await api().ask(`GET ${next}`, { key: user.key })).json;
    expect(idsOf(json)).toEqual(idsOf(all.slice(0, 2)));
    expect(idsOf(second)).toEqual(idsOf(all.slice(3, 5)));
  });

  it('can be of one status and one ticker, also the ones that follow', async () => {
    await addAlerts(2);
    await addAlerts(2, { status: 'paused' });
    await addAlerts(2, { status: 'fired' });
    await addAlerts(2, { status: 'deleted' });
    await addAlerts(3, { ticker: 'ETH', status: 'paused' });
    for (const status of ['active', 'paused', 'fired']) {
      const { json } = await get(`?status=${status}`);
      expect(new Set(json.map((alert: { status: string }) => alert.status))).toEqual(new Set([status]));
    }
    expect((await walk('?status=paused&ticker=eth&limit=2')).pages).toEqual([2, 1]);
    expect((await walk('?status=paused&ticker=Btc')).pages).toEqual([2]);
    expect((await get('?ticker=SOL')).json).toEqual([]);
  });

  it("show nobody another user's alerts", async () => {
    await addAlerts(3);
    const next = (await get('?limit=1')).headers.get('link')?.slice(1).split('>')[0];
    const stranger = await addUser(api().db);
    expect((await api().ask(`GET ${next}`, { key: stranger.key })).json).toEqual([]);
  });

  const cursor = (text: string) => Buffer.from(text).toString('base64url');
  const ID = '3f0e5a54-6f0c-4f6e-9d3c-0d7a3c1b2e4f';

  it.each([
    ['?status=deleted', 'status', 'Must be active, paused, fired or expired'],
    ['?status=', 'status', 'Must be active, paused, fired or expired'],
    ['?status=active&status=paused', 'status', 'Must be active, paused, fired or expired'],
    ['?ticker=XYZ', 'ticker', 'Must be one of BTC, ETH, DOGE, SOL, BNB'],
    ...['0', '1001', '-1', '1.5', '', 'x', '1e2', '%2B1'].map((limit) => [
      `?limit=${limit}`,
      'limit',
      'Must be a whole number from 1 to 1000',
    ]),
    ...[
      '',
      'x',
      '%00',
      cursor('1'),
      cursor(`1_${ID}x`),
      cursor(`x_${ID}`),
      cursor(`${'9'.repeat(17)}_${ID}`),
    ].map((text) => [`?cursor=${text}`, 'cursor', 'Must be the cursor of a page before']),
    [`?cursor=${cursor(`1_${ID}`)}=`, 'cursor', 'Must be the cursor of a page before'],
    ['?offset=3', 'offset', 'Unknown parameter'],
    ['?__proto__=3', '__proto__', 'Unknown parameter'],
  ])('refuse %s', async (query, path, message) => {
    const { status, json } = await get(query);
    expect(status).toBe(422);
    expect(json).toEqual({
      error: 'ValidationError',
      detail: `${path}: ${message}`,
      code: 422,
      errors: [{ path, message }],
    });
  });

  it('take every place that a cursor can stand for', async () => {
    await addAlerts(1);
    expect((await get(`?cursor=${cursor(`0_${ID}`)}`)).json).toEqual([]);
    expect((await get(`?cursor=${cursor(`${'9'.repeat(16)}_${ID}`)}`)).json).toHaveLength(1);
  });
});
