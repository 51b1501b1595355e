import { alertSchema } from '../../src/api/answers/alerts';
import { publishPrices } from '../support/seed';
import { ALERT, ALERT_NOT_FOUND, addUser, type TestUser, useApi } from './api';

describe('PATCH /alerts/{id}', () => {
  const checkUrl = async (url: string) => {
    if (url.includes('refused')) {
      throw Object.assign(new Error('This host is refused.'), { name: 'WebhookUrlError' });
    }
  };
  const api = useApi({}, { checkUrl });
  let user: TestUser;
  let id: string;

  beforeEach(async () => {
    user = await addUser(api().db);
    id = await create(ALERT);
    api().workflows.changedIds.length = 0;
  });

  const create = async (body: object): Promise<string> =>
    (await api().ask('POST /api/v1/alerts/', { key: user.key, body })).json.id;
  const change = (body: unknown, alertId = id, key = user.key) =>
    api().ask(`PATCH /api/v1/alerts/${alertId}`, { key, body });
  const read = async () => (await api().ask(`GET /api/v1/alerts/${id}`, { key: user.key })).json;
  const row = () => api().db.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const conflict = (detail: string) => ({ error: 'HTTPException', detail, code: 409 });

  it('sends headers to no other host, port or scheme than those that they were given for', async () => {
    id = await create({ ...ALERT, target_price: 1, headers: { Authorization: 'Bearer 4f1d6c' } });
    const { protocol, host } = new URL(ALERT.webhook_url);
    const others = [`${protocol}//other.example/a`, `${protocol}//${host}:8443/a`, `http://${host}/a`];
    expect(protocol).toBe('https:');
    for (const webhook_url of others) {
      const { status, json } = await change({ webhook_url });
      expect([status, json.errors?.[0]?.path]).toEqual([422, 'headers']);
    }
    const webhook_url = `${protocol}//${host}/elsewhere`;
    expect(await change({ webhook_url })).toMatchObject({ status: 200, json: { webhook_url } });
  });

  it.each([
    [{ target_price: '70000.50' }, { target_price: 70000.5 }],
    [{ condition: 'lt' }, { condition: 'lt' }],
    [{ webhook_url: 'https://example.com/other' }, { webhook_url: 'https://example.com/other' }],
    [{ paused: true }, { status: 'paused', is_active: false }],
    [
      { target_price: 1, condition: 'lt', paused: true },
      { target_price: 1, condition: 'lt', status: 'paused', is_active: false },
    ],
  ])('answers 200 and the alert after %p, and tells the workflow', async (body, expected) => {
    const before = await read();
    const { status, json } = await change(body);
    expect(status).toBe(200);
    expect(alertSchema.parse(json)).toEqual({ ...before, ...expected });
    expect(await read()).toEqual(json);
    expect(api().workflows.changedIds).toEqual([id]);
  });

  it('resumes', async () => {
    await change({ paused: true });
    expect((await change({ paused: false })).json).toMatchObject({ status: 'active', is_active: true });
  });

  it('arms the alert anew with the last quote of its ticker, and has it looked at', async () => {
    await api().db.updateTable('alerts').set({ next_check_at: null }).where('id', '=', id).execute();
    await publishPrices(api().db, new Date('2026-03-01T12:00:00Z'), { ETH: 1, BTC: 2, SOL: 3 });
    const { seq } = await api()
      .db.selectFrom('quotes')
      .select('seq')
      .where('ticker', '=', 'BTC')
      .executeTakeFirstOrThrow();
    await change({ webhook_url: 'https://example.com/other' });
    const changed = await row();
    expect(changed).toMatchObject({ armed_seq: seq, checked_seq: seq });
    expect(changed.next_check_at).toEqual(changed.updated_at);
  });

  it('does nothing where everything is so already', async () => {
    const before = await row();
    const { status, json } = await change({ ...ALERT, ticker: undefined, paused: false });
    expect(status).toBe(200);
    expect(json).toEqual(await read());
    expect(await row()).toEqual(before);
    expect(api().workflows.changedIds).toEqual([]);
  });

  it.each([
    [{}, ''],
    [[], ''],
    [{ target_price: 0 }, 'target_price'],
    [{ target_price: null }, 'target_price'],
    [{ condition: '>' }, 'condition'],
    [{ webhook_url: 5 }, 'webhook_url'],
    [{ webhook_url: 'http://refused.example/' }, 'webhook_url'],
    [{ paused: 'true' }, 'paused'],
    [{ paused: null }, 'paused'],
    [{ paused: true, ticker: 'ETH' }, 'ticker'],
  ])('refuses %p', async (body, path) => {
    const before = await row();
    const { status, json } = await change(body);
    expect(status).toBe(422);
    expect(json).toMatchObject({ error: 'ValidationError', errors: [{ path }] });
    expect(await row()).toEqual(before);
  });

  it('says what a body can hold', async () => {
    const hint = 'Name at least one field to change, such as target_price, condition, webhook_url, paused';
    expect((await change({})).json.detail).toBe(hint);
    expect((await change({ status: 'paused' })).json.detail).toBe(`status: Unknown field; ${hint}`);
  });

  it('refuses to change one that has fired', async () => {
    await api().db.updateTable('alerts').set({ status: 'fired' }).where('id', '=', id).execute();
    for (const body of [{ target_price: 1 }, { paused: true }, { paused: false }]) {
      const { status, json } = await change(body);
      expect(status).toBe(409);
      expect(json).toEqual(conflict('The alert has fired and can no longer be changed; make a new one'));
    }
    expect(api().workflows.changedIds).toEqual([]);
  });

  it('refuses to make two active alerts identical, by a change or by resuming', async () => {
    const identical = conflict('An identical alert is active already');
    const other = await create({ ...ALERT, target_price: 1 });
    expect((await change({ target_price: '1.0' })).json).toEqual(identical);
    expect((await change({ target_price: 1, paused: true })).status).toBe(200);
    expect((await change({ paused: false })).json).toEqual(identical);
    expect(await read()).toMatchObject({ target_price: 1, status: 'paused' });
    await api().ask(`DELETE /api/v1/alerts/${other}`, { key: user.key });
    expect((await change({ paused: false })).status).toBe(200);
  });

  it('lets two alerts that want to swap their targets at once end in an answer each', async () => {
    const other = await create({ ...ALERT, target_price: 1 });
    const answers = await Promise.all([change({ target_price: 1 }), change(ALERT_TARGET, other)]);
    expect(answers.map(({ status }) => status)).toEqual([409, 409]);
  });

  it("answers the same 404 for an unknown alert, another user's, a deleted one and what is no id", async () => {
    const stranger = await addUser(api().db);
    const answers = [
      await change({ paused: true }, '3f0e5a54-6f0c-4f6e-9d3c-0d7a3c1b2e4f'),
      await change({ paused: true }, id, stranger.key),
      await change({ paused: true }, 'nonsense'),
    ];
    expect(await read()).toMatchObject({ status: 'active' });
    await api().ask(`DELETE /api/v1/alerts/${id}`, { key: user.key });
    for (const { status, json } of [...answers, await change({ paused: true })]) {
      expect(status).toBe(404);
      expect(json).toEqual(ALERT_NOT_FOUND);
    }
  });
});

const ALERT_TARGET = { target_price: ALERT.target_price };
