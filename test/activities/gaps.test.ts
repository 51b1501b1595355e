import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import { createGapActivities } from '../../src/activities/gaps';
import { createQuoteActivities } from '../../src/activities/quotes';
import { createCandleSources } from '../../src/activities/sources/candles';
import { missingMinutes } from '../../src/db/gaps';
import { owedHours } from '../../src/db/reports';
import { type Exchanges, startExchanges } from '../../src/dev/exchanges/server';
import type { Condition } from '../../src/domain/alert';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { publishPrices, seedAlert, seedUser } from '../support/seed';
import { testStack } from '../support/stack';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RULES = { minSources: 1, maxDeviation: 0.02 };

let database: TestDatabase;
let exchanges: Exchanges;
let userId: string;
let woken = 0;
/** The beginning of the present minute. */
let nowMinute: number;
/** What BTC costs at a time; 100 unless a test says otherwise. */
let priceAt: (atMs: number) => number | null;

beforeAll(async () => {
  const { config } = testStack({ databaseUrl: 'postgres://unused/x', temporalAddress: 'unused' });
  let startedAtMs: number | undefined;
  exchanges = await startExchanges({
    symbols: config.symbols,
    now: () => {
      const nowMs = Date.now();
      // What the stand-ins count from is the first time that they were told.
      startedAtMs ??= nowMs;
      return nowMs;
    },
    prices: (ticker, elapsedMs) => {
      const price = ticker === 'BTC' ? priceAt((startedAtMs ?? 0) + elapsedMs) : null;
      return price === null ? null : { price, decimals: 2 };
    },
  });
});
afterAll(() => exchanges.stop());
beforeEach(async () => {
  database = await createTestDatabase();
  userId = (await seedUser(database.db)).id;
  nowMinute = Math.floor(Date.now() / MINUTE) * MINUTE;
  priceAt = () => 100;
  woken = 0;
});
afterEach(() => database.drop());

const agoMs = (minutes: number) => nowMinute - minutes * MINUTE;
const isoAgo = (minutes: number) => new Date(agoMs(minutes)).toISOString();

/** A price for the middle of a minute that began so many minutes ago. */
function spike(minutesAgo: number, price: number, otherwise = priceAt): void {
  const fromMs = agoMs(minutesAgo) + 10_000;
  priceAt = (atMs) => (atMs >= fromMs && atMs < fromMs + 40_000 ? price : otherwise(atMs));
}

/** The last quote before the downtime. */
const publishBefore = (minutesAgo: number) =>
  publishPrices(database.db, new Date(agoMs(minutesAgo) + 30_000), { BTC: 100 });

/** The first tick after it, or another one, as the worker publishes it. */
async function publishNow(
  price = 100,
  ingestIntervalMs = 10_000,
  backfillMs = 0,
): Promise<{ fired: number }> {
  const quotes = createQuoteActivities({
    ...{ db: database.db, market: 'replay', tickers: ['BTC'], sources: [], rules: RULES },
    ...{
      quoteTtlMs: 120_000,
      ingestIntervalMs,
      backfillMs,
      slowIntervalsMs: {},
      wakeClaimed: async () => {},
    },
  });
  const quote = { source: 'binance' as const, ticker: 'BTC', price, sourceTimeMs: null };
  const answers = [
    {
      ...{ source: 'binance' as const, asked: true, failures: [] },
      quotes: [{ ...quote, receivedAtMs: nowMinute }],
    },
  ];
  return await new MockActivityEnvironment().run(quotes.publishQuotes, { tickAtMs: Date.now(), answers });
}

async function fill(baseUrls: Partial<Exchanges['baseUrls']> = {}) {
  const { config } = testStack({ databaseUrl: database.url, temporalAddress: 'unused' });
  await sql`update gaps set next_try_at = now()`.execute(database.db);
  const activities = createGapActivities({
    ...{ db: database.db, market: 'replay', rules: RULES, reachMs: 2 * HOUR, paceMs: 0 },
    sources: createCandleSources({ ...config, baseUrls: { ...exchanges.baseUrls, ...baseUrls } }),
    wakeClaimed: async () => {
      woken += 1;
    },
  });
  return await new MockActivityEnvironment().run(activities.fillGaps);
}

async function alert(
  condition: Condition,
  targetPrice: number,
  armedMinutesAgo: number,
  armedSeconds = 0,
): Promise<string> {
  const id = await seedAlert(database.db, { userId, condition, targetPrice });
  const armedAt = new Date(agoMs(armedMinutesAgo) + armedSeconds * 1_000);
  await database.db.updateTable('alerts').set({ updated_at: armedAt }).where('id', '=', id).execute();
  return id;
}

async function firing(id: string) {
  const alerts = database.db.selectFrom('alerts').where('id', '=', id);
  const { status, triggered_at, triggered_price } = await alerts.selectAll().executeTakeFirstOrThrow();
  const deliveries = await database.db
    .selectFrom('deliveries')
    .selectAll()
    .where('alert_id', '=', id)
    .execute();
  const bodies = deliveries.map(({ body }) => JSON.parse(body));
  return { status, at: triggered_at?.toISOString(), price: Number(triggered_price), bodies };
}

describe('minutes in which nothing was published', () => {
  it('are fetched, and marked with where they are from', async () => {
    spike(3, 120);
    await publishBefore(6);
    await publishNow();
    expect(await fill()).toEqual({ filled: 5, fired: 0, left: false });
    const candles = await database.db.selectFrom('candles').selectAll().orderBy('minute').execute();
    expect(candles.map(({ minute }) => (minute.getTime() - nowMinute) / MINUTE)).toEqual([
      -6, -5, -4, -3, -2, -1, 0,
    ]);
    expect(candles.map(({ source }) => source)).toEqual([
      null,
      ...Array(5).fill('binance,coinbase,kraken'),
      null,
    ]);
    expect(candles[3]).toMatchObject({ open: '100', high: '120', low: '100', close: '100', quote_count: 0 });
    expect(await missingMinutes(database.db)).toEqual([]);
  });

  it('have the reports made again whose hours, or whose windows, hold any of them', async () => {
    const hourOf = (minutesAgo: number) => Math.floor(agoMs(minutesAgo) / HOUR) * HOUR;
    // Hours of long before, of the gap, of its windows, and of after those.
    const first = hourOf(300);
    const hours = Array.from({ length: 8 }, (_, n) => first + n * HOUR);
    for (const hour of [first - HOUR, ...hours])
      await database.db
        .insertInto('reports')
        .values({ market: 'replay', hour: new Date(hour), status: 'done' })
        .execute();
    await publishBefore(301);
    await publishNow();
    // What is missing ends after an hour and a half.
    const to = new Date(agoMs(210));
    await sql`update gaps set to_minute = ${to}`.execute(database.db);
    const stale = async () => {
      const rows = await database.db
        .selectFrom('reports')
        .select('hour')
        .where('stale_since', 'is not', null)
        .orderBy('hour')
        .execute();
      return rows.map(({ hour }) => hour.getTime());
    };
    expect(await stale()).toEqual([]);
    expect(await fill()).toMatchObject({ filled: 90 });
    const expected = hours.filter((hour) => hour < to.getTime() + 2 * HOUR);
    expect(await stale()).toEqual(expected);
    expect(await owedHours(database.db, 'replay', Date.now(), 100)).toEqual(expected);
    // As a worker leaves it that was killed before it could say so.
    await sql`update reports set stale_since = null`.execute(database.db);
    await sql`update gaps set filled_to = from_minute, closed_at = null`.execute(database.db);
    expect(await fill()).toMatchObject({ filled: 0 });
    expect(await stale()).toEqual(expected);
  });

  it('are none where every minute has a quote, nor before the first quote of all', async () => {
    await publishNow();
    expect(await database.db.selectFrom('gaps').selectAll().execute()).toEqual([]);
    expect(await fill()).toEqual({ filled: 0, fired: 0, left: false });
  });

  it('are those before the first quote of all, from a full hour on, where they are wished for', async () => {
    const hour = 60 * MINUTE;
    await publishNow(100, 10_000, 2 * hour);
    const minutes = 120 + new Date(nowMinute).getUTCMinutes();
    expect(await missingMinutes(database.db)).toMatchObject([
      { from: new Date(agoMs(minutes)), to: new Date(nowMinute), minutes, waiting: true },
    ]);
    expect(await fill()).toEqual({ filled: minutes, fired: 0, left: false });
    expect(await missingMinutes(database.db)).toEqual([]);
    // The second quote is not the first.
    await sql`update ticks set tick_at = tick_at - interval '1 second'`.execute(database.db);
    await sql`delete from gaps`.execute(database.db);
    await publishNow(100, 10_000, 2 * hour);
    expect(await missingMinutes(database.db)).toEqual([]);
  });

  it('are not those between ticks that are meant to be minutes apart', async () => {
    await publishBefore(6);
    await publishNow(100, 5 * MINUTE);
    expect(await database.db.selectFrom('gaps').selectAll().execute()).toEqual([]);
  });

  it('are asked for again later where some exchanges could not be asked, and the others have none of them', async () => {
    const nobody = 'http://127.0.0.1:9';
    const id = await alert('gt', 110, 8);
    await publishBefore(6);
    await publishNow();
    // As of exchanges that keep the minutes of half a day only.
    priceAt = () => null;
    expect(await fill({ binance: nobody, coinbase: nobody })).toEqual({ filled: 0, fired: 0, left: false });
    expect(await missingMinutes(database.db)).toMatchObject([{ minutes: 5, waiting: true }]);
    spike(3, 120, () => 100);
    expect(await fill()).toEqual({ filled: 5, fired: 1, left: false });
    expect((await firing(id)).status).toBe('fired');
  });

  it('are listed where no exchange has them', async () => {
    const before = agoMs(4);
    priceAt = (atMs) => (atMs < before ? null : 100);
    await publishBefore(9);
    await publishNow();
    expect(await fill()).toEqual({ filled: 4, fired: 0, left: false });
    expect(await missingMinutes(database.db)).toEqual([
      {
        ...{ market: 'replay', ticker: 'BTC', from: new Date(agoMs(8)), to: new Date(before), minutes: 4 },
        ...{ waiting: false, failure: null },
      },
    ]);
  });

  it('are asked for again later where no exchange answers, and in pages where there are many', async () => {
    await publishBefore(700);
    await publishNow();
    await setMode('html');
    expect(await fill()).toEqual({ filled: 0, fired: 0, left: false });
    expect(await missingMinutes(database.db)).toMatchObject([
      { minutes: 699, waiting: true, failure: expect.stringMatching(/Binance.*Coinbase.*Kraken/) },
    ]);
    await setMode('ok');
    expect(await fill()).toEqual({ filled: 699, fired: 0, left: false });
    expect(await missingMinutes(database.db)).toEqual([]);
  });
});

async function setMode(mode: 'ok' | 'html'): Promise<void> {
  for (const source of ['binance', 'coinbase', 'kraken'] as const) {
    await fetch(`${exchanges.baseUrls[source]}/_control`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ source, mode }),
    });
  }
}

describe('an alert whose line was crossed while nobody watched', () => {
  it('fires late, once, with the minute and the extreme of the first crossing', async () => {
    spike(3, 120);
    spike(2, 130);
    spike(4, 80);
    await publishBefore(6);
    const above = await alert('gt', 110, 6, 40);
    const below = await alert('lt', 90, 6, 40);
    const beyond = await alert('gt', 130, 6, 40);
    expect(await publishNow()).toMatchObject({ fired: 0 });
    expect(await fill()).toMatchObject({ fired: 2 });
    expect(woken).toBe(1);
    expect(await firing(above)).toEqual({
      status: 'fired',
      at: isoAgo(3),
      price: 120,
      bodies: [
        {
          ...{ type: 'alert.triggered', timestamp: expect.any(String), alert_id: above, ticker: 'BTC' },
          ...{ triggered_price: 120, condition: 'gt', target_price: 110, triggered_at: isoAgo(3) },
          ...{ late: true, simulated: true },
        },
      ],
    });
    expect(await firing(below)).toMatchObject({ status: 'fired', at: isoAgo(4), price: 80 });
    expect(await firing(beyond)).toMatchObject({ status: 'active', bodies: [] });
  });

  it('counts only minutes that began after it was made, changed or resumed', async () => {
    spike(4, 120);
    await publishBefore(6);
    const inTheSameMinute = await alert('gt', 110, 4, 1);
    const after = await alert('gt', 111, 3);
    const atItsBeginning = await alert('gt', 112, 4);
    await publishNow();
    const afterTheGap = await alert('gt', 113, 5);
    await fill();
    for (const id of [inTheSameMinute, after, afterTheGap])
      expect(await firing(id)).toMatchObject({ status: 'active', bodies: [] });
    expect(await firing(atItsBeginning)).toMatchObject({ status: 'fired', at: isoAgo(4) });
  });

  it('does not fire on what was before it was made, though it was fetched before the first quote of all', async () => {
    spike(4, 120);
    const after = await alert('gt', 110, 3);
    const waitedForTheFirst = await alert('gt', 111, 6);
    await publishNow(100, 10_000, 60 * MINUTE);
    expect(await fill()).toMatchObject({ fired: 1 });
    expect(await firing(after)).toMatchObject({ status: 'active', bodies: [] });
    expect(await firing(waitedForTheFirst)).toMatchObject({ status: 'fired', at: isoAgo(4) });
  });

  it('has fired already where it still stands crossed at the first quote', async () => {
    spike(3, 120);
    await publishBefore(6);
    const id = await alert('gt', 110, 6, 40);
    expect(await publishNow(115)).toMatchObject({ fired: 1 });
    expect(await fill()).toMatchObject({ fired: 0 });
    const { price, bodies } = await firing(id);
    expect({ price, late: bodies.map(({ late }) => late) }).toEqual({ price: 115, late: [undefined] });
  });

  it('fires once, whoever stops before it is noted that the minutes were looked at', async () => {
    spike(3, 120);
    await publishBefore(6);
    const id = await alert('gt', 110, 6, 40);
    await publishNow();
    await fill();
    // As a worker leaves it that was killed between the claim and the note.
    await sql`update gaps set filled_to = from_minute, closed_at = null`.execute(database.db);
    expect(await fill()).toEqual({ filled: 0, fired: 0, left: false });
    expect((await firing(id)).bodies).toHaveLength(1);
  });

  it('does not fire when it was paused, deleted, or is of another market', async () => {
    spike(3, 120);
    await publishBefore(6);
    const live = await seedAlert(database.db, { userId, targetPrice: 110, market: 'live' });
    const paused = await alert('gt', 110, 6, 40);
    const deleted = await alert('gt', 111, 6, 40);
    const setStatus = (id: string, status: 'paused' | 'deleted') =>
      database.db.updateTable('alerts').set({ status }).where('id', '=', id).execute();
    await setStatus(paused, 'paused');
    await setStatus(deleted, 'deleted');
    await publishNow();
    expect(await fill()).toMatchObject({ filled: 5, fired: 0 });
    for (const id of [live, paused, deleted]) expect((await firing(id)).bodies).toEqual([]);
  });
});
