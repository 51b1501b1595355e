import { alertSchema } from '../../src/api/answers/alerts';
import { ALERT, addUser, type TestUser, useApi } from './api';

const CALL = 'POST /api/v1/alerts/';

describe('POST /alerts', () => {
  const checked: string[] = [];
  const checkUrl = async (url: string) => {
    checked.push(url);
    if (url.includes('refused')) {
      throw Object.assign(new Error('This host is refused.'), { name: 'WebhookUrlError' });
    }
    if (url.includes('broken')) throw new Error('secret internals');
  };
  const api = useApi({}, { checkUrl });
  let user: TestUser;

  beforeEach(async () => {
    user = await addUser(api().db);
  });

  const create = (body: unknown) => api().ask(CALL, { key: user.key, body });

  it('answers the alert', async () => {
    const { status, json } = await create(ALERT);
    expect(status).toBe(201);
    expect(alertSchema.parse(json)).toEqual(json);
    expect(Object.keys(json)).toEqual([
      'id',
      'ticker',
      'target_price',
      'condition',
      'webhook_url',
      'is_active',
      'status',
      'created_at',
      'triggered_at',
      'triggered_price',
    ]);
    expect(json).toMatchObject({
      ...ALERT,
      is_active: true,
      status: 'active',
      triggered_at: null,
      triggered_price: null,
    });
  });

  it('has its workflow started, and waits for nothing', async () => {
    const { json } = await create(ALERT);
    expect(api().workflows.started).toContain(json.id);
  });

  it('stores one row in the market of the service', async () => {
    const { json } = await create(ALERT);
    const row = await api()
      .db.selectFrom('alerts')
      .selectAll()
      .where('id', '=', json.id)
      .executeTakeFirstOrThrow();
    expect(row).toMatchObject({
      user_id: user.id,
      market: 'replay',
      armed_seq: '0',
      checked_seq: '0',
      firing_number: 0,
    });
    expect(row.next_check_at).toEqual(row.created_at);
  });

  it.each(['btc', 'Btc', 'BTC'])('takes the ticker %s', async (ticker) => {
    const { status, json } = await create({ ...ALERT, ticker });
    expect(status).toBe(201);
    expect(json.ticker).toBe('BTC');
  });

  it.each(['\u017fol', 'DOG\uff25', 'BT\u0421', 'SOL ', ''])('takes no other letters: %p', async (ticker) => {
    const { status, json } = await create({ ...ALERT, ticker });
    expect(status).toBe(422);
    expect(json.errors).toEqual([{ path: 'ticker', message: 'Must be one of BTC, ETH, DOGE, SOL, BNB' }]);
  });

  it.each([
    [65420.15, 65420.15],
    ['65420.15', 65420.15],
    ['65420.150', 65420.15],
    [1e-12, 1e-12],
    [1e15, 1e15],
    [0.00000123, 0.00000123],
    ['0.1234567890123456', 0.123456789012346],
    [123456789.123456, 123456789.123456],
  ])('takes the price %p and gives it back as %p', async (sent, expected) => {
    const { status, json } = await create({ ...ALERT, target_price: sent });
    expect(status).toBe(201);
    expect(json.target_price).toBe(expected);
    const { json: read } = await api().ask(`GET /api/v1/alerts/${json.id}`, { key: user.key });
    expect(read).toEqual(json);
  });

  it.each([0, -1, '0', '-1', '', 'abc', 'NaN', '1e99', null, true, [], {}, 1.1e15, 1e-13])(
    'refuses the price %p',
    async (target_price) => {
      const { status, json } = await create({ ...ALERT, target_price });
      expect(status).toBe(422);
      expect(json).toMatchObject({ error: 'ValidationError', code: 422 });
      expect(json.errors).toEqual([{ path: 'target_price', message: expect.any(String) }]);
    },
  );

  it('refuses a number that JSON can spell and no price can be', async () => {
    const raw = JSON.stringify(ALERT).replace('65420.15', '1e999');
    const { status, json } = await api().ask(CALL, {
      key: user.key,
      raw,
      headers: { 'Content-Type': 'application/json' },
    });
    expect(status).toBe(422);
    expect(json.errors[0].path).toBe('target_price');
  });

  it.each(['XYZ', '', 'BTC ', 5, null])('refuses the ticker %p and names the others', async (ticker) => {
    const { status, json } = await create({ ...ALERT, ticker });
    expect(status).toBe(422);
    expect(json.errors).toEqual([{ path: 'ticker', message: 'Must be one of BTC, ETH, DOGE, SOL, BNB' }]);
  });

  it.each(['GT', '>', 'gte', '', 1, null])('refuses the condition %p', async (condition) => {
    const { status, json } = await create({ ...ALERT, condition });
    expect(status).toBe(422);
    expect(json.errors).toEqual([
      {
        path: 'condition',
        message: 'Must be one of gt, lt, crosses_above, crosses_below, enters, leaves',
      },
    ]);
  });

  it.each(['', 5, null, `https://example.com/${'a'.repeat(2_048)}`])(
    'refuses the URL %p without checking where it leads',
    async (webhook_url) => {
      checked.length = 0;
      const { status, json } = await create({ ...ALERT, webhook_url });
      expect(status).toBe(422);
      expect(json.errors).toEqual([{ path: 'webhook_url', message: expect.any(String) }]);
      expect(checked).toEqual([]);
    },
  );

  it('refuses a URL that webhooks may not have, in the words of the check', async () => {
    const { status, json } = await create({ ...ALERT, webhook_url: 'http://refused.example/' });
    expect(status).toBe(422);
    expect(json).toEqual({
      error: 'ValidationError',
      detail: 'webhook_url: This host is refused.',
      code: 422,
      errors: [{ path: 'webhook_url', message: 'This host is refused.' }],
    });
  });

  it('says which of several URLs webhooks may not have', async () => {
    const { webhook_url, ...rest } = ALERT;
    const webhook_urls = ['http://refused.example/1', webhook_url, 'http://refused.example/2'];
    const { status, json } = await create({ ...rest, webhook_urls });
    expect(status).toBe(422);
    const message = 'This host is refused.';
    expect(json.errors).toEqual([
      { path: 'webhook_urls.0', message },
      { path: 'webhook_urls.2', message },
    ]);
  });

  it('says nothing of what else may break in the check', async () => {
    const { status, json } = await create({ ...ALERT, webhook_url: 'http://broken.example/' });
    expect(status).toBe(500);
    expect(json).toEqual({ error: 'HTTPException', detail: 'Internal Server Error', code: 500 });
  });

  it('names every field that is wrong or missing at once', async () => {
    const { json } = await create({});
    expect(json.errors.map((error: { path: string }) => error.path)).toEqual([
      'ticker',
      'target_price',
      'condition',
      'webhook_url',
    ]);
  });

  it('refuses unknown fields', async () => {
    const { status, json } = await create({ ...ALERT, notes: 'x', is_active: false });
    expect(status).toBe(422);
    expect(json.errors).toEqual([
      { path: 'notes', message: 'Unknown field' },
      { path: 'is_active', message: 'Unknown field' },
    ]);
  });

  describe('an identical alert', () => {
    const conflict = { error: 'HTTPException', detail: 'An identical alert is active already', code: 409 };

    it('is refused while the first is active, whatever its URL and however it is written', async () => {
      await create(ALERT);
      for (const body of [
        ALERT,
        { ...ALERT, webhook_url: 'https://example.com/other' },
        { ...ALERT, ticker: 'btc', target_price: '65420.1500' },
      ]) {
        const { status, json } = await create(body);
        expect(status).toBe(409);
        expect(json).toEqual(conflict);
      }
    });

    it('may differ in ticker, target, condition or user', async () => {
      await create(ALERT);
      expect((await create({ ...ALERT, ticker: 'ETH' })).status).toBe(201);
      expect((await create({ ...ALERT, target_price: 65_420.16 })).status).toBe(201);
      expect((await create({ ...ALERT, condition: 'lt' })).status).toBe(201);
      const { key } = await addUser(api().db);
      expect((await api().ask(CALL, { key, body: ALERT })).status).toBe(201);
    });

    it('is welcome once the first is deleted or has fired', async () => {
      const first = await create(ALERT);
      await api().ask(`DELETE /api/v1/alerts/${first.json.id}`, { key: user.key });
      const second = await create(ALERT);
      expect(second.status).toBe(201);
      await api()
        .db.updateTable('alerts')
        .set({ status: 'fired' })
        .where('id', '=', second.json.id)
        .execute();
      expect((await create(ALERT)).status).toBe(201);
    });

    it('wins once when many are sent at once', async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => create(ALERT)));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
      const ids = answers.filter(({ status }) => status === 201).map(({ json }) => json.id);
      expect(api().workflows.started.filter((id) => ids.includes(id))).toEqual(ids);
    });
  });
});
