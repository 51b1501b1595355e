import { sql } from 'kysely';
import { previewSchema } from '../../src/api/answers/alerts';
import { seedCandles } from '../support/candles';
import { createTestDatabase } from '../support/database';
import { ALERT, addUser, MISSING_KEY, useApi, withApi } from './api';

const CALL = 'POST /api/v1/alerts/preview';
const api = useApi();
let key: string;

beforeAll(async () => {
  key = (await addUser(api().db)).key;
  const span = { from: '2021-05-12T00:00Z', to: '2021-05-13T12:00Z' };
  for (const ticker of ['BTC', 'ETH']) await seedCandles(api().db, { ticker, ...span });
});

const SPAN = { from: '2021-05-12T18:00:00Z', to: '2021-05-13T06:00:00Z' };
const preview = (body: object) => api().ask(CALL, { key, body });
const firingsOf = async (body: object) => {
  const { status, json } = await preview({ ...SPAN, ...body });
  expect({ status, json }).toMatchObject({ status: 200 });
  expect(previewSchema.parse(json)).toEqual(json);
  return json.firings as { at: string; price: number; value?: number; ended_at: string | null }[];
};
interface Minute {
  minute: Date;
  low: number;
  high: number;
  close: number;
}
const minutesOf = async (ticker = 'BTC'): Promise<Minute[]> =>
  (
    await sql<Minute>`
      select minute, low::float8, high::float8, close::float8 from candles
      where ticker = ${ticker} and minute >= ${SPAN.from} and minute < ${SPAN.to} order by minute`.execute(
      api().db,
    )
  ).rows;

describe('POST /alerts/preview', () => {
  it('tells when a plain alert would have fired, at which price, and when that was over', async () => {
    const { ticker, condition } = ALERT;
    const [firing, ...more] = await firingsOf({ ticker, condition: 'lt', target_price: 50_000 });
    const minutes = await minutesOf();
    const first = minutes.findIndex(({ low }) => low < 50_000) as number;
    const { minute, low } = minutes[first] as Minute;
    const back = minutes.find(({ high, close }, n) => n >= first && (n > first ? high : close) >= 50_000);
    expect(more).toEqual([]);
    expect(Object.keys(firing as object)).toEqual(['at', 'price', 'ended_at']);
    expect(firing).toEqual({
      at: minute.toISOString(),
      price: low,
      ended_at: back?.minute.toISOString() ?? null,
    });
    expect(await firingsOf({ ticker, condition, target_price: 1_000_000 })).toEqual([]);
  });

  it('takes any rule, and tells the value of its metric', async () => {
    const firings = await firingsOf({
      ...{ ticker: 'btc', metric: 'change_1h', condition: 'lt', threshold: -5 },
      ...{ repeat: { every: '30m', max_firings: 3, rearm: 1 }, note: 'down', webhook_url: ALERT.webhook_url },
    });
    expect(firings.length).toBeGreaterThan(0);
    expect(firings.length).toBeLessThanOrEqual(3);
    for (const { value } of firings) expect(value).toBeLessThan(-5);
    expect(Object.keys(firings[0] as object)).toEqual(['at', 'price', 'value', 'ended_at']);
  });

  it('knows the ratio of two tickers', async () => {
    const [btc, eth] = [await minutesOf('BTC'), await minutesOf('ETH')];
    const ratios = eth.map(({ close }, n) => close / (btc[n] as Minute).close);
    const threshold = (Math.min(...ratios) + Math.max(...ratios)) / 2;
    const [firing] = await firingsOf({ ticker: 'ETH/BTC', metric: 'ratio', condition: 'gt', threshold });
    const first = ratios.findIndex((ratio) => ratio > threshold);
    const { minute, close } = eth[first] as Minute;
    expect(firing).toMatchObject({ at: minute.toISOString(), price: close, value: ratios[first] });
  });

  it('knows the spread of the quotes that two sources or more agreed on', async () => {
    const quote = (time: string, spread: number, sourceCount: number) => ({
      ...{ market: 'replay' as const, ticker: 'SOL', price: 40 + spread, spread, source_count: sourceCount },
      ...{ quoted_at: time, tick_at: time, is_jump: false },
    });
    await api()
      .db.insertInto('quotes')
      .values([
        quote('2021-05-12T19:00:10Z', 0.001, 2),
        quote('2021-05-12T19:00:20Z', 0.5, 1),
        quote('2021-05-12T19:01:10Z', 0.02, 3),
        quote('2021-05-12T19:01:20Z', 0.002, 2),
      ])
      .execute();
    const wish = { ticker: 'SOL', metric: 'spread', condition: 'gt', threshold: 1 };
    expect(await firingsOf(wish)).toEqual([
      { at: '2021-05-12T19:01:00.000Z', price: 40.002, value: 2, ended_at: '2021-05-12T19:01:00.000Z' },
    ]);
  });

  it('arms a crossing by the minute before the span', async () => {
    const [before] = await minutesOf();
    const wish = { ticker: 'BTC', condition: 'crosses_above', target_price: (before as Minute).close };
    const from = new Date((before as Minute).minute.getTime() + 60_000).toISOString();
    const [armed] = await firingsOf({ ...wish, from });
    const next = (await minutesOf()).slice(1).find(({ high }) => high > (before as Minute).close);
    expect(armed?.at).toBe(next?.minute.toISOString());
  });

  it('fires neither after it has expired, nor before it wakes', async () => {
    const wish = { ticker: 'BTC', condition: 'gt', target_price: 1, repeat: { every: '1h' } };
    const at = async (more: object) => (await firingsOf({ ...wish, ...more })).map((firing) => firing.at);
    const all = await at({});
    expect(all[0]).toBe('2021-05-12T18:00:00.000Z');
    expect(all).toHaveLength(12);
    expect(await at({ expires_at: '2021-05-12T20:00:30Z' })).toEqual(all.slice(0, 2));
    expect(await at({ expires_at: '2021-05-12T20:01:00Z' })).toEqual(all.slice(0, 3));
    expect(await at({ expires_at: '2021-05-12T12:00:00Z' })).toEqual([]);
    expect(await at({ snoozed_until: '2021-05-13T05:00:00Z' })).toEqual(['2021-05-13T05:00:00.000Z']);
  });

  it('tells a thousand firings at most', async () => {
    const wish = { ticker: 'BTC', condition: 'gt', target_price: 1, repeat: { every: '1m' } };
    const { json } = await preview({ ...wish, from: '2021-05-12T00:00:00Z', to: '2021-05-13T12:00:00Z' });
    expect(json.firings).toHaveLength(1_000);
    expect(json.truncated).toBe(true);
    expect(previewSchema.parse(json)).toEqual(json);
  });

  it('looks at the last day where it is not told otherwise', async () => {
    const { status, json } = await preview({ ticker: 'BTC', condition: 'gt', target_price: 1 });
    expect([status, json]).toEqual([200, { firings: [] }]);
  });

  test.each([
    ['a span that ends before it begins', { from: SPAN.to, to: SPAN.from }, 'from', 'Must be before `to`'],
    [
      'a span that is too long',
      { from: '2020-05-01T00:00:00Z' },
      'from',
      'Must be at most 366 days before `to`',
    ],
    ['no time', { to: 'tomorrow' }, 'to', 'Must be a time such as 2026-03-01T12:00:00Z'],
    ['what no alert may be', { repeat: { every: '1s' } }, 'repeat.every', undefined],
    ['fields that do not go together', { range: [1, 2] }, 'range', undefined],
    ['an unknown field', { until: SPAN.to }, 'until', 'Unknown field'],
    [
      'two URLs too many',
      { webhook_url: ALERT.webhook_url, webhook_urls: [ALERT.webhook_url] },
      'webhook_urls',
      undefined,
    ],
  ])('refuses %s', async (_, more, path, message) => {
    const { status, json } = await preview({
      ticker: 'BTC',
      condition: 'gt',
      target_price: 1,
      ...SPAN,
      ...more,
    });
    expect(status).toBe(422);
    expect(json.errors).toEqual([{ path, message: message ?? expect.any(String) }]);
  });

  it('makes nothing', async () => {
    const rows = await api().db.selectFrom('alerts').select('id').execute();
    expect(rows).toEqual([]);
    expect(api().workflows.started).toEqual([]);
  });

  it('wants a key, and counts requests', async () => {
    const { status, json } = await api().ask(CALL, { body: ALERT });
    expect([status, json]).toEqual([401, MISSING_KEY]);
    const database = await createTestDatabase();
    await withApi(database, { changes: { rateLimits: true } }, async (limited) => {
      const user = await addUser(limited.db);
      const ask = () => limited.ask(CALL, { key: user.key, body: { ...ALERT, ...SPAN } });
      for (let n = 0; n < 5; n += 1) expect((await ask()).status).toBe(200);
      expect((await ask()).status).toBe(429);
    });
    await database.drop();
  });

  it('makes two at a time, one of a user, and has others come again', async () => {
    const wish = { ticker: 'BTC', metric: 'zscore_24h', condition: 'gt', threshold: 100 };
    const asked = { ...wish, from: '2021-01-01T00:00:00Z', to: '2021-12-31T00:00:00Z' };
    const other = await addUser(api().db);
    const greedy = Array.from({ length: 8 }, () => preview(asked));
    const byOther = api().ask(CALL, { key: other.key, body: asked });
    expect((await byOther).status).toBe(200);
    const answers = await Promise.all(greedy);
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(1);
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect(refused[0]?.json.detail).toBe('Other previews are being made; ask again in a moment');
    expect((await preview(asked)).status).toBe(200);
  });
});
