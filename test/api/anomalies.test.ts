import { z } from 'zod';
import { refreshAnomalies } from '../../src/analysis';
import { anomalySchema } from '../../src/api/answers/market';
import { readConfig } from '../../src/config';
import { seedCandles } from '../support/candles';
import { addUser, MISSING_KEY, useApi } from './api';

describe('GET /anomalies', () => {
  const api = useApi();
  let key: string;
  beforeAll(async () => {
    const { db } = api();
    key = (await addUser(db)).key;
    const [from, to] = ['2021-05-12T10:00Z', '2021-05-13T00:20Z'];
    for (const [ticker, market] of [
      ['BTC', 'replay'],
      ['SOL', 'replay'],
      ['ETH', 'live'],
    ] as const) {
      await seedCandles(db, { ticker, from, to, market });
      const span = { market, ticker, fromMs: Date.parse(from), toMs: Date.parse(to) };
      await refreshAnomalies(db, span, readConfig({}, false).anomalies, Date.now());
    }
  });

  const ask = (query = '') => api().ask(`GET /api/v1/anomalies${query}`, { key });
  const starts = (json: { started_at: string }[]) => json.map(({ started_at }) => started_at);

  it('has those of its market, the newest first', async () => {
    const { status, json } = await ask();
    expect(status).toBe(200);
    expect(z.array(anomalySchema).parse(json)).toEqual(json);
    expect(new Set(json.map(({ ticker }: { ticker: string }) => ticker))).toEqual(new Set(['BTC', 'SOL']));
    expect(starts(json)).toEqual([...starts(json)].sort().reverse());
    const fall = json.find(
      ({ ticker, rule }: { ticker: string; rule: string }) => ticker === 'BTC' && rule === 'change_1h',
    );
    expect(fall).toMatchObject({
      ...{ window: '1h', threshold: 5, started_at: '2021-05-12T23:56:00.000Z', ended_at: null },
      ...{
        value: expect.closeTo(-5.08, 2),
        peak: expect.closeTo(-11.07, 2),
        peak_at: '2021-05-13T00:03:00.000Z',
      },
    });
    expect(Object.keys(json[0])).toEqual(Object.keys(anomalySchema.shape));
  });

  it('has those of a ticker and of a span', async () => {
    const all = (await ask()).json;
    const { json } = await ask('?ticker=btc');
    expect(json).toEqual(all.filter(({ ticker }: { ticker: string }) => ticker === 'BTC'));
    expect(json.length).toBeGreaterThan(1);
    const [last, ...rest] = json;
    const query = (name: string) => `?ticker=BTC&${name}=${last.started_at}`;
    expect((await ask(query('since'))).json).toEqual([last]);
    expect((await ask(query('until'))).json).toEqual(rest);
  });

  it('comes in pages', async () => {
    const all = (await ask()).json;
    const found: unknown[] = [];
    let query: string | undefined = '?limit=2';
    while (query !== undefined) {
      const { json, headers } = await ask(query);
      expect(json.length).toBeLessThanOrEqual(2);
      found.push(...json);
      query = /<\/api\/v1\/anomalies([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
    }
    expect(found).toEqual(all);
  });

  it.each(['?ticker=XYZ', '?since=then', '?cursor=x', '?limit=0', '?rule=change_1h'])(
    'refuses %s',
    async (query) => {
      expect((await ask(query)).status).toBe(422);
    },
  );

  it('needs a key', async () => {
    expect((await api().ask('GET /api/v1/anomalies')).json).toEqual(MISSING_KEY);
  });
});
