import fc from 'fast-check';
import { csvHeader, csvLines, guarded, readAlertCsv } from '../../src/api/alert-csv';
import { type Block, blocksOf } from '../docs/documents';
import { publishPrices } from '../support/seed';
import { ALERT, addUser, type TestUser, useApi } from './api';

const HOOK = ALERT.webhook_url;
const FULL = 'You have 20 active alerts, as many as are allowed; delete or pause one first';

/** One of every kind. */
const BODIES = [
  ALERT,
  { ...ALERT, condition: 'lt', target_price: 0.00000123, paused: true },
  {
    ...{ ticker: 'ETH', metric: 'change_1h', condition: 'gt', threshold: -5, for: '5m', webhook_url: HOOK },
    repeat: { every: '1h', max_firings: 10, rearm: 1, rebase: true },
    active_hours: { from: '09:00', to: '17:30', days: ['mon', 'fri'], time_zone: 'Europe/Berlin' },
    ...{ note: '=HYPERLINK("x"), "quoted"\nand more', labels: { desk: '@spot', 'a.b': '' } },
    message: { format: 'telegram', template: "'{{text}}", chat_id: '-1001234567890' },
    ...{ expires_at: '2999-01-01T00:00:00.000Z', snoozed_until: '2998-01-01T00:00:00.000Z' },
  },
  {
    ...{ ticker: 'ETH/BTC', metric: 'ratio', condition: 'leaves', range: [0.02, 0.08], events: [] },
    webhook_urls: ['https://example.com/a;b=1', 'https://example.com/c'],
  },
  { ticker: 'BTC', condition: 'crosses_above', threshold: 70_000, note: '', webhook_url: HOOK },
];

const checked: string[] = [];
const checkUrl = async (url: string) => {
  checked.push(url);
  if (url.includes('refused'))
    throw Object.assign(new Error('This host is refused.'), { name: 'WebhookUrlError' });
};
const api = useApi({ maxAlertsPerUser: 20 }, { checkUrl });
let user: TestUser;
beforeEach(async () => {
  user = await addUser(api().db);
});

const send = (body: unknown, query = '', headers: Record<string, string> = {}) =>
  api().ask(`POST /api/v1/alerts/import${query}`, { key: user.key, body, headers });
const sendCsv = (raw: string, query = '') =>
  api().ask(`POST /api/v1/alerts/import${query}`, {
    ...{ key: user.key, raw, headers: { 'Content-Type': 'text/csv; charset=utf-8' } },
  });
const exported = (query = '', key = user.key) => api().ask(`GET /api/v1/alerts/export${query}`, { key });
const ownRows = () => api().db.selectFrom('alerts').selectAll().where('user_id', '=', user.id).execute();
const prices = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ ...ALERT, target_price: index + 1 }));

describe('POST /alerts/import', () => {
  it('refuses more lines than there may be alerts without looking at them', async () => {
    const { status, json } = await sendCsv(`ticker\n${'a,\n'.repeat(600_000)}`);
    expect([status, json.errors]).toEqual([422, [{ path: '2002', message: 'Holds more than 2000 lines' }]]);
  });

  it('tells of the first of very many faults in one alert', async () => {
    const names = Array.from({ length: 150_000 }, (_, index) => [`-${index}`, 1]);
    const { status, json } = await send([{ ...ALERT, ...Object.fromEntries(names) }]);
    expect([status, json.errors.length]).toEqual([422, 101]);
  });

  it('reads thousands of columns in one pass over each line', () => {
    const labels = Array.from({ length: 6_000 }, (_, index) => `labels.${index}`);
    const lines = Array.from({ length: 100 }, () => labels.map(() => '1').join(','));
    const { alerts, faults } = readAlertCsv([labels.join(','), ...lines].join('\n'));
    expect([alerts.length, faults]).toEqual([100, []]);
    expect(Object.keys(alerts[99]?.body.labels as object)).toHaveLength(6_000);
  });

  it('makes them all, has their workflows started, and watches those with a rule', async () => {
    const { status, json } = await send(BODIES);
    expect([status, json]).toEqual([201, { created: BODIES.length, alerts: expect.any(Array) }]);
    for (const id of json.alerts) expect(api().workflows.started).toContain(id);
    const rows = await ownRows();
    expect(rows.map(({ id }) => id).sort()).toEqual([...json.alerts].sort());
    const watches = await api()
      .db.selectFrom('watches')
      .selectAll()
      .where(
        'alert_id',
        'in',
        rows.map(({ id }) => id),
      )
      .execute();
    expect(watches.map(({ series }) => series).sort()).toEqual([
      'BTC price',
      'ETH change_1h',
      'ETH/BTC ratio',
    ]);
  });

  it('arms them as a single one is armed', async () => {
    await publishPrices(api().db, new Date(), { BTC: 65_000 });
    const body = { ticker: 'BTC', condition: 'crosses_above', threshold: 66_000, webhook_url: HOOK };
    const other = await addUser(api().db);
    const alone = await api().ask('POST /api/v1/alerts/', { key: other.key, body });
    const together = await send([body, { ...body, ticker: 'ETH' }, ALERT]);
    const about = async (id: string) => {
      const watch = await api()
        .db.selectFrom('watches')
        .selectAll()
        .where('alert_id', '=', id)
        .executeTakeFirst();
      const alert = await api()
        .db.selectFrom('alerts')
        .select(['armed_seq', 'checked_seq', 'status', 'firing_number'])
        .where('id', '=', id)
        .executeTakeFirst();
      return { ...watch, ...alert, alert_id: undefined };
    };
    expect(await about(together.json.alerts[0])).toEqual(await about(alone.json.id));
    expect(await about(together.json.alerts[1])).toMatchObject({
      armed_seq: '0',
      state: { phase: 'unarmed' },
    });
    expect((await about(together.json.alerts[2])).armed_seq).toBe((await about(alone.json.id)).armed_seq);
  });

  it('leaves nothing behind where one of them can not be made, and says which', async () => {
    await api().ask('POST /api/v1/alerts/', { key: user.key, body: ALERT });
    const started = api().workflows.started.length;
    const cases: [unknown, { path: string; message: string }[]][] = [
      [
        [ALERT, { ...BODIES[2], threshold: 'x' }, {}],
        [
          { path: '1.threshold', message: 'Must be a number' },
          ...['ticker', 'target_price', 'condition', 'webhook_url'].map((name) => ({
            ...{ path: `2.${name}`, message: expect.any(String) },
          })),
        ],
      ],
      [[BODIES[1], ALERT], [{ path: '1', message: 'An identical alert is active already' }]],
      [[...BODIES.slice(2), BODIES[2]], [{ path: '3', message: 'Is identical to the alert at 0' }]],
      [
        [BODIES[1], { ...BODIES[4], expires_at: '2020-01-01T00:00:00Z' }],
        [{ path: '1.expires_at', message: 'Must be a time in the future' }],
      ],
      [prices(21), [19, 20].map((index) => ({ path: String(index), message: FULL }))],
      [
        [
          { ...BODIES[3], webhook_urls: [HOOK, 'https://refused.example/1'] },
          { ...BODIES[4], webhook_url: 'https://refused.example/2' },
          { ...BODIES[1], webhook_url: 'https://user@example.com/' },
        ],
        [
          { path: '0.webhook_urls.1', message: 'This host is refused.' },
          { path: '1.webhook_url', message: 'This host is refused.' },
          { path: '2.webhook_url', message: 'The URL holds a user name or a password.' },
        ],
      ],
      [[], [{ path: '', message: 'Holds no alert' }]],
      [ALERT, [{ path: '', message: 'Must be a list of alerts' }]],
      [['x'], [{ path: '0', message: 'The body must be a JSON object' }]],
      [prices(1_001), [{ path: '', message: 'Holds 1001 alerts; allowed: 1000' }]],
      [
        prices(101).map((body, index) => ({ ...body, webhook_url: `https://${index}.example.com/` })),
        [{ path: '', message: 'Holds URLs of 101 hosts; allowed: 100' }],
      ],
    ];
    for (const [body, errors] of cases) {
      const { status, json } = await send(body);
      expect([status, json.errors]).toEqual([422, errors]);
    }
    expect(await ownRows()).toHaveLength(1);
    expect(api().workflows.started).toHaveLength(started);
  });

  it('asks about each host once', async () => {
    checked.length = 0;
    expect((await send(prices(15).map((body, n) => ({ ...body, webhook_url: `${HOOK}/${n}` })))).status).toBe(
      201,
    );
    expect(checked).toHaveLength(1);
  });

  it('only says what would be made, if it is asked to', async () => {
    const { status, json } = await send(BODIES, '?dry_run=true');
    expect([status, json.created, json.would_create]).toEqual([200, 0, BODIES.length]);
    expect(json.alerts.slice(1, 4)).toEqual([
      { path: '1', waits_for: 'BTC < 0.00000123', paused: true },
      {
        path: '2',
        waits_for:
          'ETH change_1h > -5 for 5m, every 1h, 10 times at most, from 09:00 to 17:30 in Europe/Berlin',
        paused: false,
      },
      { path: '3', waits_for: 'ETH/BTC ratio leaves 0.02 to 0.08', paused: false },
    ]);
    expect(await ownRows()).toEqual([]);
    expect((await send([ALERT, ...prices(20)], '?dry_run=true')).json.errors).toEqual([
      { path: '20', message: FULL },
    ]);
  });

  it('counts paused ones by themselves, and takes identical ones of them', async () => {
    const paused = { ...ALERT, paused: true };
    expect((await send([ALERT, paused, paused])).status).toBe(201);
    const { json } = await send([...prices(19), ...prices(19).map((body) => ({ ...body, paused: true }))]);
    expect(json.errors).toEqual([
      { path: '37', message: FULL.replace('active', 'paused').replace(' or pause', '') },
    ]);
  });

  it('is carried out once under a key', async () => {
    const headers = { 'Idempotency-Key': 'monday' };
    const first = await send(BODIES, '', headers);
    const again = await send(BODIES, '', headers);
    expect([again.status, again.json]).toEqual([201, first.json]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await send([ALERT], '', headers)).status).toBe(422);
    expect(await ownRows()).toHaveLength(BODIES.length);
  });

  it('takes CSV, and says in which line something is wrong', async () => {
    const columns = 'ticker,condition,target_price,note,labels.desk,webhook_url,repeat.every';
    const { status, json } = await sendCsv(
      `\ufeff${columns}\r\nbtc,gt,65420.15,"two\nlines",spot,${HOOK},\r\n\nETH,lt,1,,,${HOOK},1h\n`,
    );
    expect([status, json.created]).toEqual([201, 2]);
    expect((await exported()).json).toMatchObject([
      { ticker: 'BTC', target_price: 65_420.15, note: 'two\nlines', labels: { desk: 'spot' } },
      { ticker: 'ETH', target_price: 1, repeat: { every: '1h' } },
    ]);
    const cases: [string, { path: string; message: string }[]][] = [
      [
        `${columns}\nBTC,gt,1,"a\nb",,${HOOK},\nBTC,gt,x,,,${HOOK},7`,
        [
          { path: '4.target_price', message: expect.any(String) },
          { path: '4.repeat.every', message: expect.any(String) },
        ],
      ],
      ['ticker,price\nBTC,1', [{ path: '1.price', message: expect.stringContaining('Unknown column') }]],
      ['ticker,ticker\nBTC,BTC', [{ path: '1.ticker', message: 'Is there twice' }]],
      [
        'ticker,condition\nBTC,gt,1',
        [{ path: '2', message: 'Has 3 cells; allowed: 2, as in the first line' }],
      ],
      ['ticker,note\nBTC,"open', [{ path: '2', message: 'This is not CSV; is a quote missing?' }]],
      ['\n\n', [{ path: '1', message: expect.stringContaining('Must name the columns') }]],
      ['ticker,condition\n', [{ path: '', message: 'Holds no alert' }]],
    ];
    for (const [raw, errors] of cases) {
      const answer = await sendCsv(raw);
      expect([answer.status, answer.json.errors]).toEqual([422, errors]);
    }
  });

  it('takes what docs/alerts.md has as an example', async () => {
    const { text } = blocksOf('docs/alerts.md').find(({ name }) => name === 'import.csv') as Block;
    expect((await sendCsv(text, '?dry_run=true')).json.alerts).toEqual([
      { path: '2', waits_for: 'BTC > 65420.15', paused: false },
      { path: '3', waits_for: 'ETH change_1h > 5, every 1h', paused: false },
      { path: '4', waits_for: 'BTC enters 60000 to 65000', paused: false },
    ]);
  });

  it('refuses other types, and bodies beyond a limit of its own', async () => {
    const plain = await api().ask('POST /api/v1/alerts/import', {
      ...{ key: user.key, raw: 'x', headers: { 'Content-Type': 'text/plain' } },
    });
    expect([plain.status, plain.headers.get('accept')]).toEqual([415, 'application/json, text/csv']);
    expect((await sendCsv('')).status).toBe(400);
    expect((await sendCsv(`ticker\n${'x'.repeat(100_000)}`)).status).toBe(422);
    expect((await sendCsv('x'.repeat(2 * 1024 * 1024 + 1))).status).toBe(413);
  });
});

describe('GET /alerts/export', () => {
  it.each(['json', 'csv'])('answers %s that makes the same alerts for somebody else', async (format) => {
    await send(BODIES);
    const mine = await exported(`?format=${format}`);
    expect(mine.headers.get('content-disposition')).toBe(`attachment; filename="alerts.${format}"`);
    expect(mine.headers.get('headers-left-out')).toBeNull();
    const before = await ownRows();
    user = await addUser(api().db);
    const imported = format === 'csv' ? await sendCsv(mine.text) : await send(mine.json);
    expect([imported.status, imported.json.created]).toEqual([201, BODIES.length]);
    expect((await exported(`?format=${format}`)).text).toBe(mine.text);
    const same = (rows: typeof before) =>
      rows
        .sort(
          (a, b) =>
            a.created_at.getTime() - b.created_at.getTime() ||
            (a.rule_key ?? '').localeCompare(b.rule_key ?? ''),
        )
        .map(
          ({ id: _, user_id: __, created_at: ___, updated_at: ____, next_check_at: _____, ...row }) => row,
        );
    expect(same(await ownRows())).toEqual(same(before));
  });

  it('gives back what was sent, in its order', async () => {
    await send(BODIES);
    const { json } = await exported();
    const usual = { events: ['expired', 'suspended'] };
    expect(json).toEqual([
      ...BODIES.slice(0, 2),
      { ...BODIES[2], ...usual },
      BODIES[3],
      { ...BODIES[4], threshold: undefined, target_price: 70_000, ...usual },
    ]);
  });

  it('holds those of a status, of nobody else, and in pages within', async () => {
    expect((await exported()).text).toBe('[]\n');
    expect((await exported('?format=csv')).text.trim().split('\n')).toHaveLength(1);
    await send(BODIES);
    expect((await exported('?status=paused')).json).toEqual([BODIES[1]]);
    expect((await exported('?status=fired')).json).toEqual([]);
    const other = await addUser(api().db);
    expect((await exported('', other.key)).json).toEqual([]);
    const rows = Array.from({ length: 1_203 }, (_, index) => ({
      ...{ user_id: user.id, market: 'replay' as const, ticker: 'BTC', condition: 'gt' as const },
      ...{
        target_price: index + 1,
        webhook_url: HOOK,
        status: 'fired' as const,
        armed_seq: 0,
        checked_seq: 0,
      },
    }));
    await api().db.insertInto('alerts').values(rows).execute();
    const { json } = await exported('?status=fired');
    expect(new Set(json.map(({ target_price }: { target_price: number }) => target_price)).size).toBe(1_203);
    expect((await exported('?format=xml')).status).toBe(422);
  });

  it('leaves secret headers out, and says of how many alerts', async () => {
    const secret = { ...ALERT, headers: { Authorization: 'Bearer 4f1d6c' } };
    await send([secret, BODIES[4]]);
    for (const format of ['json', 'csv']) {
      const { headers, text } = await exported(`?format=${format}`);
      expect(headers.get('headers-left-out')).toBe('1');
      expect(text).not.toMatch(/Authorization|Bearer|••/);
    }
  });
});

describe('CSV of alerts', () => {
  const text = fc.string({ unit: fc.constantFrom(...'a\'=+-@\t\r\n ,;"＝é'.split('')), maxLength: 8 });

  it('brings every text along, none of which a spreadsheet runs', () => {
    fc.assert(
      fc.property(text, text, (note, label) => {
        const body = { ticker: 'BTC', note, labels: { x: label } };
        const { alerts, faults } = readAlertCsv(csvHeader(['x']) + csvLines([body, body], ['x']));
        expect(faults).toEqual([]);
        const lines = `${note},${label}`.split(/\r\n|[\r\n]/).length;
        expect(alerts).toEqual([2, 2 + lines].map((line) => ({ line, body })));
        expect(guarded(note)).not.toMatch(/^\s*[=+\-@＝]/);
      }),
    );
  });
});
