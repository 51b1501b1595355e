import { sql } from 'kysely';
import pino from 'pino';
import { QuoteCache } from '../../src/api/quote-cache';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { publishPrices } from '../support/seed';
import { withApi } from './api';

const TTL_MS = 15_000;

describe('the cache of quotes', () => {
  let database: TestDatabase;
  let clock: jest.SpyInstance<number>;
  const now = Date.UTC(2026, 2, 1, 12);

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(() => {
    clock = jest.spyOn(Date, 'now').mockReturnValue(now);
  });
  afterEach(() => clock.mockRestore());

  const newCache = () =>
    new QuoteCache(
      database.db,
      { market: 'replay', tickers: ['BTC', 'ETH'], quoteTtlMs: TTL_MS },
      pino({ level: 'silent' }),
    );
  const message = (ticker: string, price: string, ageMs: number, market = 'replay') =>
    JSON.stringify({ market, quotes: [{ ticker, price, quoted_at: new Date(now - ageMs).toISOString() }] });
  const prices = (cache: QuoteCache) => cache.fresh().map(({ ticker, price }) => [ticker, price]);

  it('serves what was published, by the order of the configuration', () => {
    const cache = newCache();
    cache.published(message('ETH', '3120.4', 5));
    cache.published(message('BTC', '65420.15', 5));
    expect(cache.fresh()).toEqual([
      { ticker: 'BTC', price: 65420.15, quotedAt: new Date(now - 5) },
      { ticker: 'ETH', price: 3120.4, quotedAt: new Date(now - 5) },
    ]);
  });

  it('serves a quote until its time is up, to the millisecond', () => {
    const cache = newCache();
    cache.published(message('BTC', '1', 0));
    clock.mockReturnValue(now + TTL_MS);
    expect(prices(cache)).toEqual([['BTC', 1]]);
    clock.mockReturnValue(now + TTL_MS + 1);
    expect(prices(cache)).toEqual([]);
  });

  it('serves none from the future, and lets it keep nobody out', () => {
    const cache = newCache();
    cache.published(message('BTC', '1', -1));
    expect(prices(cache)).toEqual([]);
    cache.published(message('BTC', '2', -86_400_000));
    cache.published(message('BTC', '3', 1_000));
    expect(prices(cache)).toEqual([['BTC', 3]]);
  });

  it('never goes back to an older quote', () => {
    const cache = newCache();
    cache.published(message('BTC', '2', 1_000));
    cache.published(message('BTC', '1', 2_000));
    expect(prices(cache)).toEqual([['BTC', 2]]);
  });

  it('takes no notice of the other market, of unknown tickers and of nonsense', () => {
    const cache = newCache();
    cache.published(message('BTC', '1', 0, 'live'));
    cache.published(message('XYZ', '1', 0));
    for (const payload of ['', 'x', '{}', '[]', 'null', '{"market":"replay","quotes":[{}]}'])
      cache.published(payload);
    expect(cache.fresh()).toEqual([]);
  });

  it('reads the last quotes of its market when it comes up', async () => {
    const at = (seconds: number) => new Date(now - 10_000 + seconds * 1_000);
    await publishPrices(database.db, at(1), { BTC: 1, ETH: 5 });
    await publishPrices(database.db, at(2), { BTC: 2 });
    await publishPrices(database.db, at(3), { BTC: 3 }, 'live');
    const cache = newCache();
    cache.published(message('ETH', '6', 0));
    await cache.up();
    expect(prices(cache)).toEqual([
      ['BTC', 2],
      ['ETH', 6],
    ]);
  });

  it('survives a database that can not be read', async () => {
    const cache = newCache();
    cache.published(message('BTC', '1', 0));
    await sql`alter table quotes rename to quotes_away`.execute(database.db);
    await cache.up();
    await sql`alter table quotes_away rename to quotes`.execute(database.db);
    expect(prices(cache)).toEqual([['BTC', 1]]);
  });

  it('catches up with what was published while the connection was cut', async () => {
    clock.mockRestore();
    await withApi(database, { changes: { quoteTtlMs: 3_600_000 } }, async (api) => {
      await publishPrices(database.db, new Date(), { BTC: 10 });
      await eventually(() => expect(prices(api.quotes)).toContainEqual(['BTC', 10]));
      await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'pricehook-listen'`.execute(database.db);
      await publishPrices(database.db, new Date(), { BTC: 11 });
      await eventually(() => expect(prices(api.quotes)).toContainEqual(['BTC', 11]));
      await publishPrices(database.db, new Date(), { BTC: 12 });
      await eventually(() => expect(prices(api.quotes)).toContainEqual(['BTC', 12]));
    });
  });
});
