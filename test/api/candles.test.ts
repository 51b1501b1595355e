import { z } from 'zod';
import { candleSchema, statsSchema } from '../../src/api/answers/market';
import { seedCandles } from '../support/candles';
import { createTestDatabase } from '../support/database';
import { publishPrices } from '../support/seed';
import { addUser, MISSING_KEY, useApi, withApi } from './api';

const api = useApi();
let key: string;
beforeAll(async () => {
  key = (await addUser(api().db)).key;
  await seedCandles(api().db, { ticker: 'BTC', from: '2021-05-11T00:00Z', to: '2021-05-13T12:00Z' });
  const hole = api().db.deleteFrom('candles').where('minute', '>=', new Date('2021-05-12T03:00Z'));
  await hole.where('minute', '<', new Date('2021-05-12T06:00Z')).execute();
});

const ask = (path: string) => api().ask(`GET /api/v1/rates/${path}`, { key });
const span = (from: string, to: string, interval: string) =>
  `BTC/candles?${new URLSearchParams({ interval, from: `2021-05-${from}:00Z`, to: `2021-05-${to}:00Z` })}`;

describe('GET /rates/{ticker}/candles', () => {
  it('has the minutes of a span as they were recorded', async () => {
    const { status, json, headers } = await ask(span('13T00:02', '13T00:05', '1m'));
    expect(status).toBe(200);
    expect(z.array(candleSchema).parse(json)).toEqual(json);
    expect(json.map(({ time }: { time: string }) => time)).toEqual([
      '2021-05-13T00:02:00.000Z',
      '2021-05-13T00:03:00.000Z',
      '2021-05-13T00:04:00.000Z',
    ]);
    expect(Object.keys(json[0])).toEqual(['time', 'open', 'high', 'low', 'close', 'quote_count']);
    expect(headers.get('link')).toBeNull();
  });

  it.each([
    ['5m', '13T00:00', '13T01:00', 12],
    ['1h', '12T00:00', '13T00:00', 21],
    ['1d', '11T00:00', '13T00:00', 2],
  ])('makes candles of %s of their minutes', async (interval, from, to, count) => {
    const { json } = await ask(span(from, to, interval));
    const { json: minutes } = await ask(span(from, from.replace('T00:00', 'T00:05'), '1m'));
    expect(json).toHaveLength(count);
    expect(json[0]).toMatchObject({ time: `2021-05-${from}:00.000Z`, open: minutes[0].open });
    if (interval !== '5m') return;
    expect(json[0]).toEqual({
      time: minutes[0].time,
      open: minutes[0].open,
      high: Math.max(...minutes.map(({ high }: { high: number }) => high)),
      low: Math.min(...minutes.map(({ low }: { low: number }) => low)),
      close: minutes[4].close,
      quote_count: 5,
    });
  });

  it('has candles that begin in the span, whole', async () => {
    const { json } = await ask(span('13T00:01', '13T00:06', '5m'));
    expect(json).toMatchObject([{ time: '2021-05-13T00:05:00.000Z', quote_count: 5 }]);
  });

  it('leads to the next page, over gaps, until there are no more', async () => {
    let path: string | undefined = span('11T00:00', '13T12:00', '1m');
    const sizes: number[] = [];
    const times = new Set<string>();
    while (path !== undefined) {
      const { json, headers } = await ask(path);
      sizes.push(json.length);
      for (const { time } of json) times.add(time);
      path = /<\/api\/v1\/rates\/([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
    }
    expect(sizes).toEqual([1_500, 1_320, 600]);
    expect(times.size).toBe(60 * 60 - 180);
  });

  it('has the last ones up to now where no span is given, and the count of published prices only', async () => {
    const database = await createTestDatabase();
    await withApi(database, {}, async (other) => {
      const { key } = await addUser(other.db);
      const now = new Date();
      await publishPrices(other.db, now, { BTC: 100 });
      await publishPrices(other.db, new Date(now.getTime() + 1), { BTC: 101 });
      const candles = async () =>
        (await other.ask('GET /api/v1/rates/btc/candles?interval=1d', { key })).json;
      const time = `${now.toISOString().slice(0, 10)}T00:00:00.000Z`;
      expect(await candles()).toEqual([{ time, open: 100, high: 101, low: 100, close: 101, quote_count: 2 }]);
      await other.db.updateTable('candles').set({ quote_count: 0 }).execute();
      expect(await candles()).toEqual([{ time, open: 100, high: 101, low: 100, close: 101 }]);
    });
    await database.drop();
  });

  it.each([
    ['interval=2m', 'interval: Must be one of 1m, 5m, 1h, 1d'],
    ['from=yesterday', 'from: Must be a time such as'],
    ['from=2021-05-12T00:00:00Z&to=2021-05-12T00:00:00Z', 'from: Must be before `to`'],
    ['from=2999-05-12T00:00:00Z', 'from: Must be before `to`'],
    ['limit=5', 'limit: Unknown parameter'],
  ])('refuses %s', async (query, detail) => {
    const { status, json } = await ask(`BTC/candles?${query}`);
    expect(status).toBe(422);
    expect(json.detail).toContain(detail);
  });

  it('takes any time that can be written, and answers what there is', async () => {
    const { status, json } = await ask(
      'BTC/candles?interval=1d&from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z',
    );
    expect([status, json.length]).toEqual([200, 3]);
    expect((await ask('ETH/candles?from=2021-05-11T00:00:00Z')).json).toEqual([]);
  });

  it.each(['XYZ/candles', '%C5%BFOL/candles', 'XYZ/stats'])('knows no %s', async (path) => {
    expect(await ask(path)).toMatchObject({
      status: 404,
      json: { error: 'HTTPException', detail: 'Ticker not found', code: 404 },
    });
  });

  it('needs a key, and may be asked five times', async () => {
    expect((await api().ask('GET /api/v1/rates/BTC/candles')).json).toEqual(MISSING_KEY);
    const database = await createTestDatabase();
    await withApi(database, { changes: { rateLimits: true } }, async (limited) => {
      const { key } = await addUser(limited.db);
      for (const path of ['rates/BTC/candles', 'rates/BTC/stats', 'anomalies']) {
        // At once, and more than twice as many: tokens come back while a slow machine asks.
        const answers = await Promise.all(
          Array.from({ length: 12 }, () => limited.ask(`GET /api/v1/${path}`, { key })),
        );
        const statuses = answers.map(({ status }) => status);
        expect(new Set(statuses)).toEqual(new Set([path.endsWith('stats') ? 404 : 200, 429]));
        expect(statuses.filter((status) => status !== 429).length).toBeGreaterThanOrEqual(5);
      }
    });
    await database.drop();
  });
});

describe('GET /rates/{ticker}/stats', () => {
  it('has the statistics at the last minute, with the number of points', async () => {
    const { status, json } = await ask('btc/stats');
    expect(status).toBe(200);
    expect(statsSchema.parse(json)).toEqual(json);
    expect(json).toMatchObject({ ticker: 'BTC', time: '2021-05-13T11:59:00.000Z' });
    expect(Object.keys(json.windows)).toEqual(['1h', '24h']);
    expect(json.windows['1h'].points).toBe(60);
    expect(json.windows['24h'].points).toBe(1_440);
    expect(json.windows['24h'].change).toBeLessThan(-5);
  });

  it('is not there before there is a price', async () => {
    expect(await ask('SOL/stats')).toMatchObject({
      status: 404,
      json: { detail: 'There are no statistics of SOL yet' },
    });
  });
});
