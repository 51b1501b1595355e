import { MockActivityEnvironment } from '@temporalio/testing';
import { createQuoteActivities, type QuoteActivities, type SourceAnswer } from '../../src/activities/quotes';
import { createSources } from '../../src/activities/sources';
import { startExchanges } from '../../src/dev/exchanges/server';
import { isDue } from '../../src/domain/due';
import type { SourceName } from '../../src/domain/quote';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { seedAlert, seedUser } from '../support/seed';
import { testStack } from '../support/stack';

let database: TestDatabase;
let exchanges: Awaited<ReturnType<typeof startExchanges>>;
let woken = 0;
let tickAtMs = Date.now();

beforeAll(async () => {
  database = await createTestDatabase();
  const { config } = testStack({ databaseUrl: database.url, temporalAddress: 'unused' });
  exchanges = await startExchanges({ symbols: config.symbols });
});
afterAll(async () => {
  await exchanges.stop();
  await database.drop();
});
beforeEach(async () => {
  await database.db.deleteFrom('sources').execute();
  await database.db.deleteFrom('alerts').execute();
  woken = 0;
});

/** The activities of a worker that has just started: nothing but the database is remembered. */
function freshActivities(): QuoteActivities {
  const { config } = testStack({ databaseUrl: database.url, temporalAddress: 'unused' });
  const sources = createSources({ ...config, baseUrls: exchanges.baseUrls });
  return createQuoteActivities({
    db: database.db,
    market: 'replay',
    tickers: config.tickers,
    sources,
    rules: { minSources: 1, maxDeviation: 0.02 },
    quoteTtlMs: 15_000,
    ingestIntervalMs: 10_000,
    backfillMs: 0,
    slowIntervalsMs: { coingecko: 300_000 },
    wakeClaimed: async () => {
      woken += 1;
    },
  });
}

const fetchQuotes = (source: SourceName, attempt = 1): Promise<SourceAnswer> =>
  new MockActivityEnvironment({ attempt }).run(freshActivities().fetchQuotes, { source });

/** Publishes at the next tick's time, or at the given one. */
function publish(answers: SourceAnswer[], at?: number) {
  if (at === undefined) tickAtMs += 10_000;
  const input = { tickAtMs: at ?? tickAtMs, answers };
  return new MockActivityEnvironment().run(freshActivities().publishQuotes, input);
}

async function setMode(source: SourceName, mode: string, retryAfter?: number): Promise<void> {
  await fetch(`${exchanges.baseUrls[source]}/_control`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ source, mode, retry_after: retryAfter }),
  });
}

const sourceRow = (name: SourceName) =>
  database.db.selectFrom('sources').selectAll().where('name', '=', name).executeTakeFirst();

function answerOf(source: SourceName, price: number, receivedAtMs = Date.now()): SourceAnswer {
  return {
    source,
    asked: true,
    quotes: [{ source, ticker: 'BTC', price, sourceTimeMs: null, receivedAtMs }],
    failures: [],
  };
}

describe('fetchQuotes', () => {
  it('brings the quotes of all tickers', async () => {
    const answer = await fetchQuotes('kraken');
    expect(answer.failures).toEqual([]);
    expect(answer.quotes.map(({ ticker }) => ticker).sort()).toEqual(['BNB', 'BTC', 'DOGE', 'ETH', 'SOL']);
  });

  it('makes a rate-limited source rest for its Retry-After, through a restart', async () => {
    await setMode('binance', '429', 120);
    const answer = await fetchQuotes('binance');
    expect(answer.failures[0]).toMatchObject({ kind: 'rate_limited', retryAfterMs: 120_000 });
    await setMode('binance', 'ok');
    expect(await fetchQuotes('binance')).toEqual({
      source: 'binance',
      asked: false,
      quotes: [],
      failures: [],
    });
    const { resting_until } = (await sourceRow('binance')) ?? {};
    expect(
      isDue(
        { restingUntil: resting_until ?? null, lastAttemptAt: null, othersSucceededAt: null },
        Date.now() + 121_000,
        undefined,
        10_000,
      ),
    ).toBe(true);
  });

  it('backs off longer with each rest in a row where no Retry-After is given', async () => {
    await setMode('okx', '429');
    const rests: number[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      const before = Date.now();
      await fetchQuotes('okx');
      const row = await sourceRow('okx');
      rests.push(Math.round(((row?.resting_until?.getTime() ?? 0) - before) / 60_000));
      await database.db
        .updateTable('sources')
        .set({ resting_until: null })
        .where('name', '=', 'okx')
        .execute();
    }
    await setMode('okx', 'ok');
    expect(rests).toEqual([1, 2, 4]);
  });

  it('tries what may pass once more within the tick, then says what it was', async () => {
    await setMode('bybit', 'html');
    // Blocked does not pass by itself: no second try.
    expect((await fetchQuotes('bybit')).failures[0]?.kind).toBe('blocked');
    await setMode('bybit', 'hang');
    await expect(fetchQuotes('bybit')).rejects.toMatchObject({ type: 'timed_out' });
    expect((await fetchQuotes('bybit', 2)).failures[0]?.kind).toBe('timed_out');
    await setMode('bybit', 'ok');
    expect(await sourceRow('bybit')).toBeUndefined();
  });

  it('asks CoinGecko at its own interval, and at every tick when all others are silent', async () => {
    await publish([await fetchQuotes('coingecko')]);
    await publish([await fetchQuotes('binance')]);
    expect((await fetchQuotes('coingecko')).asked).toBe(false);
    await database.db
      .updateTable('sources')
      .set({ last_success_at: new Date(Date.now() - 60_000) })
      .where('name', '=', 'binance')
      .execute();
    expect((await fetchQuotes('coingecko')).asked).toBe(true);
  });
});

describe('publishQuotes', () => {
  it('stores quotes and candles, fires what they cross, and has it woken', async () => {
    const { id: userId } = await seedUser(database.db);
    const id = await seedAlert(database.db, { userId, targetPrice: 100 });
    const result = await publish([answerOf('binance', 101), answerOf('okx', 102), answerOf('kraken', 180)]);
    expect(result).toMatchObject({ published: true, quotes: 1, stale: [], fired: 1 });
    expect(woken).toBe(1);
    const alert = await database.db
      .selectFrom('alerts')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    expect(alert.triggered_price).toBe('101.5');
    expect(await sourceRow('kraken')).toMatchObject({ last_success_at: new Date(tickAtMs) });
    expect(Number((await sourceRow('kraken'))?.deviation)).toBeCloseTo(180 / 101.5 - 1, 10);
  });

  it('publishes a tick once: a retry claims nothing anew, but wakes what is left', async () => {
    const { id: userId } = await seedUser(database.db);
    await publish([answerOf('binance', 99)]);
    const at = tickAtMs;
    await seedAlert(database.db, { userId, targetPrice: 100 });
    expect(await publish([answerOf('binance', 101)], at)).toMatchObject({ published: false, fired: 0 });
    expect(woken).toBe(2);
    expect(await publish([answerOf('binance', 101)], at - 1)).toMatchObject({ published: false });
  });

  it('publishes nothing that was fetched longer ago than a quote is good', async () => {
    expect(await publish([answerOf('binance', 101, Date.now() - 15_001)])).toMatchObject({
      published: true,
      quotes: 0,
    });
  });

  it('stores what every source said, and what became of it', async () => {
    await publish([
      answerOf('binance', 101),
      answerOf('okx', 102),
      answerOf('kraken', 180),
      answerOf('bybit', 101, Date.now() - 15_001),
    ]);
    const rows = await database.db
      .selectFrom('source_quotes')
      .select(['source', 'price', 'accepted', 'reason'])
      .where('tick_at', '=', new Date(tickAtMs))
      .orderBy('seq')
      .execute();
    expect(rows).toEqual([
      { source: 'binance', price: '101', accepted: true, reason: null },
      { source: 'okx', price: '102', accepted: true, reason: null },
      { source: 'kraken', price: '180', accepted: false, reason: 'deviates' },
      { source: 'bybit', price: '101', accepted: false, reason: 'too_old' },
    ]);
  });

  it('says which ticker is stale and fires nothing on it', async () => {
    const { id: userId } = await seedUser(database.db);
    await seedAlert(database.db, { userId, targetPrice: 100 });
    const result = await publish([answerOf('binance', 101), answerOf('okx', 120)]);
    expect(result).toMatchObject({
      quotes: 0,
      fired: 0,
      stale: [{ ticker: 'BTC', reason: expect.any(String) }],
    });
  });

  it('keeps the candles’ extremes', async () => {
    await database.db.deleteFrom('candles').execute();
    const minute = Math.ceil(Date.now() / 60_000) * 60_000 - 5_000;
    for (const price of [100, 104, 98, 101]) await publish([answerOf('binance', price, minute)]);
    const rows = await database.db.selectFrom('candles').selectAll().execute();
    expect(rows).toMatchObject([{ open: '100', high: '104', low: '98', close: '101', quote_count: 4 }]);
  });
});
