import { readCandleSeries, readCloseSeries, readSpreads } from '../../src/db/candle-series';
import { createTestDatabase, type TestDatabase } from '../support/database';

const MINUTE_MS = 60_000;
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const of = (ticker: string, from: string, to: string) => ({
  ...{ market: 'replay' as const, ticker },
  ...{ fromMs: Date.parse(from), toMs: Date.parse(to) },
});
const plain = (series: object) =>
  Object.fromEntries(Object.entries(series).map(([name, values]) => [name, Array.from(values)]));

describe('readCandleSeries(db, span)', () => {
  const PRICES = ['0.000000000001', '65420.15', '999999999999999', '0.1623', '123456.789012345'];
  const TIMES = [
    '1999-12-31T23:59Z',
    '2000-01-01T00:00Z',
    '2021-05-13T00:02Z',
    '2021-05-13T00:05Z',
    '2069-02-03T04:05Z',
  ];

  it('has every digit of every minute, by time, whatever the order in which they were stored', async () => {
    const rows = TIMES.map((minute, n) => {
      const price = (more: number) => PRICES[(n + more) % PRICES.length] as string;
      return { minute, open: price(0), high: price(1), low: price(2), close: price(3) };
    });
    const values = rows.map((row) => ({ market: 'replay' as const, ticker: 'BTC', ...row }));
    for (const value of [...values].reverse())
      await database.db.insertInto('candles').values(value).execute();
    const found = await readCandleSeries(database.db, of('BTC', '1990-01-01T00:00Z', '2070-01-01T00:00Z'));
    expect(plain(found)).toEqual({
      minutesMs: TIMES.map((time) => Date.parse(time)),
      open: rows.map(({ open }) => Number(open)),
      high: rows.map(({ high }) => Number(high)),
      low: rows.map(({ low }) => Number(low)),
      close: rows.map(({ close }) => Number(close)),
    });
    const { minutesMs, close } = plain(found);
    const closes = await readCloseSeries(database.db, of('BTC', '1990-01-01T00:00Z', '2070-01-01T00:00Z'));
    expect(plain(closes)).toEqual({ minutesMs, close });
  });

  it('has those that begin in the span, and nothing of where there is nothing', async () => {
    const some = await readCandleSeries(database.db, of('BTC', '2021-05-13T00:02Z', '2021-05-13T00:05Z'));
    expect(Array.from(some.minutesMs)).toEqual([Date.parse('2021-05-13T00:02Z')]);
    const none = await readCandleSeries(database.db, of('ETH', '1990-01-01T00:00Z', '2070-01-01T00:00Z'));
    expect(plain(none)).toEqual({ minutesMs: [], open: [], high: [], low: [], close: [] });
  });
});

describe('readSpreads(db, span)', () => {
  it('has the least, the greatest and the last spread of each minute, in per cent, of two sources or more', async () => {
    const startMs = Date.parse('2021-05-13T00:00Z');
    const spreads = [0.004, 0.001, 0.002, 0.9, 0.003];
    const rows = spreads.map((spread, n) => {
      const at = new Date(startMs + n * 20_000);
      return {
        ...{ market: 'replay' as const, ticker: 'BTC', price: 100 + n, spread, is_jump: false },
        ...{ source_count: n === 3 ? 1 : 2, quoted_at: at, tick_at: at },
      };
    });
    await database.db.insertInto('quotes').values(rows).execute();
    expect(
      plain(await readSpreads(database.db, of('BTC', '2021-05-13T00:00Z', '2021-05-13T00:02Z'))),
    ).toEqual({
      minutesMs: [startMs, startMs + MINUTE_MS],
      low: [0.1, 0.3],
      high: [0.4, 0.3],
      close: [0.2, 0.3],
      price: [102, 104],
    });
    const first = await readSpreads(database.db, of('BTC', '2021-05-13T00:00Z', '2021-05-13T00:01Z'));
    expect(Array.from(first.minutesMs)).toEqual([startMs]);
  });
});
