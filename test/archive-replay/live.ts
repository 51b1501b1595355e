import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createArchiveActivities } from '../../src/activities/archive';
import { createQuoteActivities, type SourceAnswer } from '../../src/activities/quotes';
import { createStatisticsActivities } from '../../src/activities/statistics';
import { allWindows } from '../../src/analysis';
import { createRawArchive } from '../../src/archive/raw-archive';
import { readConfig } from '../../src/config';
import { storeFetchedCandles } from '../../src/db/gaps';
import { FORTNIGHT_STARTS_AT_MS, readFortnight } from '../../src/dev/exchanges/recordings';
import type { SourceName } from '../../src/domain/quote';
import { HOUR_MS } from '../../src/domain/statistics-hour';
import { seedCandles } from '../support/candles';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { seedAlert, seedUser } from '../support/seed';
import { testLog } from '../support/stack';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const TICK_MS = 30_000;
/** The three hours in which BTC and SOL fell, and some minutes after them. */
export const SPAN = { fromMs: Date.parse('2021-05-12T22:00Z'), toMs: Date.parse('2021-05-13T01:00Z') };
const HOURS = [0, 1, 2].map((hour) => SPAN.fromMs + hour * HOUR_MS);
/** Minutes after the beginning in which nothing was published; those of the first gap were fetched afterwards. */
const FETCHED = { from: 30, to: 35 };
const MISSING = { from: 70, to: 72 };

export const TICKERS = ['BTC', 'SOL'];
const SOURCES: SourceName[] = ['binance', 'kraken', 'okx'];
export const ENV = {
  ...{ TICKERS: TICKERS.join(','), SOURCES: SOURCES.join(','), MARKET: 'replay' },
  INGEST_INTERVAL: '30s',
};
export const config = readConfig({ ...ENV, DATABASE_URL: 'postgres://unused' }, true);

export interface Live {
  database: TestDatabase;
  /** `DATA_DIR` */
  dataDir: string;
  /** What fired, by id. */
  fired: Map<string, { at: Date; price: number }>;
  alerts: Record<'fall' | 'rise' | 'late' | 'never' | 'before', string>;
}

/** Has recorded prices pass through the service: published, fired, archived and reported as ever, but for the clock. */
export async function runLive(): Promise<Live> {
  const database = await createTestDatabase();
  const { db } = database;
  const dataDir = mkdtempSync(join(tmpdir(), 'pricehook-replay-'));
  const folder = join(dataDir, 'archive');
  for (const ticker of TICKERS)
    await seedCandles(db, { ticker, from: '2021-05-11T20:00Z', to: '2021-05-12T22:00Z' });
  // As an import leaves them.
  await db.updateTable('candles').set({ quote_count: 0 }).execute();
  const user = await seedUser(db);
  const alert = (condition: 'gt' | 'lt', targetPrice: number, ticker = 'BTC') =>
    seedAlert(db, { userId: user.id, condition, targetPrice, ticker });

  const { publishQuotes } = createQuoteActivities({
    ...{ db, market: 'replay', tickers: TICKERS, sources: [], slowIntervalsMs: {} },
    rules: { minSources: config.minSources, maxDeviation: config.maxDeviation },
    // The clock is the machine's: what was received on the day before is too old.
    quoteTtlMs: Date.now() - Date.parse('2021-05-12T00:00Z'),
    ...{ ingestIntervalMs: TICK_MS, backfillMs: 0, wakeClaimed: async () => {} },
  });
  const alerts: Live['alerts'] = {
    fall: await alert('lt', 50_000),
    rise: await alert('gt', 1, 'SOL'),
    never: await alert('gt', 1_000_000),
    ...{ late: '', before: '' },
  };
  const minutes = (SPAN.toMs - SPAN.fromMs) / MINUTE_MS + 3;
  for (let tick = 0; tick < minutes * 2; tick += 1) {
    const minute = Math.floor(tick / 2);
    const isIn = (gap: typeof MISSING) => minute >= gap.from && minute < gap.to;
    if (isIn(FETCHED) || isIn(MISSING)) continue;
    if (tick === 100) {
      alerts.late = await alert('lt', 48_000);
      // The price was there before, and never again.
      alerts.before = await alert('gt', 53_400);
    }
    const tickAtMs = SPAN.fromMs + tick * TICK_MS;
    await new MockActivityEnvironment().run(publishQuotes, { tickAtMs, answers: answersOf(tick, tickAtMs) });
  }
  for (const ticker of TICKERS) await storeFetchedCandles(db, 'replay', ticker, fetchedCandles(ticker));

  await createRawArchive({ db, folder, log: testLog }).append();
  const own = { db, market: 'replay' as const, tickers: TICKERS };
  const archive = createArchiveActivities({ ...own, windows: allWindows(config), folder });
  const statistics = createStatisticsActivities({
    ...{ ...own, windows: config.statistics.windows, anomalies: config.anomalies },
  });
  for (const hourMs of HOURS) {
    const step = <I, O>(activity: (input: I) => Promise<O>, input: I) =>
      new MockActivityEnvironment().run(activity, input);
    await step(archive.snapshotHour, { hourMs, partial: false });
    await step(statistics.computeStatistics, { hourMs });
    await step(statistics.detectAnomalies, { hourMs });
    await step(archive.persistHour, { hourMs });
  }
  const rows = await db.selectFrom('alerts').selectAll().where('status', '=', 'fired').execute();
  const fired = rows.map(({ id, triggered_at, triggered_price }) => {
    return [id, { at: triggered_at as Date, price: Number(triggered_price) }] as const;
  });
  return { database, dataDir, fired: new Map(fired), alerts };
}

/** What three sources say of a recorded minute: near to each other, but now and then far off, too old, or with more digits than are kept. */
function answersOf(tick: number, tickAtMs: number): SourceAnswer[] {
  // By a clock that is behind, the first tick of an hour was answered in the hour before.
  const lagMs = tickAtMs % HOUR_MS === 0 && tick > 0 ? -100 : 150;
  return SOURCES.map((source, index) => ({
    ...{ source, asked: true, failures: [] },
    quotes: TICKERS.map((ticker) => {
      const { open, close } = minuteOf(ticker, Math.floor(tick / 2));
      const price = (tick % 2 === 0 ? (open + close) / 2 : close) * (1 + (index - 1) / 3_001);
      const isFar = index === 2 && tick % 17 === 0;
      const isOld = index === 1 && tick % 23 === 0;
      return {
        ...{ source, ticker, price: isFar ? price * 1.1 : price },
        sourceTimeMs: index === 0 ? null : tickAtMs - 40,
        receivedAtMs: isOld ? tickAtMs - 2 * DAY_MS : tickAtMs + lagMs + index,
      };
    }),
  }));
}

const fortnights = new Map(TICKERS.map((ticker) => [ticker, readFortnight(ticker)]));

function minuteOf(ticker: string, minute: number) {
  const place = (SPAN.fromMs - FORTNIGHT_STARTS_AT_MS) / MINUTE_MS + minute;
  const candle = fortnights.get(ticker)?.candles[place];
  if (candle === undefined) throw new Error(`There is no minute ${minute} of ${ticker}`);
  return candle;
}

function fetchedCandles(ticker: string) {
  return Array.from({ length: FETCHED.to - FETCHED.from }, (_, n) => ({
    ...minuteOf(ticker, FETCHED.from + n),
    minuteMs: SPAN.fromMs + (FETCHED.from + n) * MINUTE_MS,
    sources: SOURCES.slice(0, 2),
  }));
}
