import { sql } from 'kysely';
import { refreshAnomalies, refreshStatistics } from '../../src/analysis';
import { readConfig } from '../../src/config';
import { dropOldMarketRows } from '../../src/db/market-retention';
import { beginReport, markStale } from '../../src/db/reports';
import { lockForAnalysis } from '../../src/db/statistics';
import { HOUR_MS } from '../../src/domain/statistics-hour';
import { storeTick } from '../archive/stored';
import { seedCandles } from '../support/candles';
import { createTestDatabase, type TestDatabase } from '../support/database';

const { statistics, anomalies: settings } = readConfig({}, false);
const FROM = '2021-05-12T20:00Z';
const TO = '2021-05-13T04:00Z';
const FROM_MS = Date.parse(FROM);
const TO_MS = Date.parse(TO);
const hourMs = (time: string) => Date.parse(`2021-05-${time}:00Z`);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  const { db } = database;
  await sql`
    truncate candles, statistics_minute, statistics_hour, anomalies, anomaly_states, reports, ticks, source_quotes`.execute(
    db,
  );
  for (const ticker of ['BTC', 'SOL']) {
    await seedCandles(db, { ticker, from: FROM, to: TO });
    await refresh(ticker);
  }
});

const spanOf = (ticker: string, fromMs = FROM_MS, toMs = TO_MS) => ({
  ...{ market: 'replay' as const, ticker, fromMs, toMs },
});

async function refresh(ticker: string): Promise<void> {
  const span = spanOf(ticker);
  await refreshStatistics(database.db, span, statistics.windows);
  await refreshAnomalies(database.db, span, settings, Date.now());
}

/** Drops what is older than a time. */
const dropBefore = (timeMs: number, limit?: number) =>
  dropOldMarketRows(database.db, keptSince(timeMs), limit);
const keptSince = (timeMs: number) => {
  const nowMs = Date.now();
  const forMs = nowMs - timeMs;
  return { nowMs, statisticsMs: forMs, anomalyStatesMs: forMs, ticksMs: forMs };
};

async function stored() {
  const { db } = database;
  const minutes = await db
    .selectFrom('statistics_minute')
    .selectAll()
    .orderBy('ticker')
    .orderBy('window_minutes')
    .orderBy('minute')
    .execute();
  const states = await db
    .selectFrom('anomaly_states')
    .selectAll()
    .orderBy('ticker')
    .orderBy('hour')
    .execute();
  const anomalies = await db.selectFrom('anomalies').selectAll().orderBy('ticker').orderBy('id').execute();
  return { minutes, states, anomalies };
}
const hoursOf = ({ states }: Awaited<ReturnType<typeof stored>>) =>
  states.filter(({ ticker }) => ticker === 'BTC').map(({ hour }) => hour.getUTCHours());

describe('statistics of minutes and states of detection', () => {
  it('go, the oldest first, once they are older than they are kept; the last state of before stays', async () => {
    const before = await stored();
    const until = hourMs('12T23:00');
    // 3 hours, 2 windows and 2 tickers; 2 states of each.
    expect(await dropBefore(until, 200)).toEqual({ statistics: 400, anomalyStates: 4, ticks: 0 });
    const left = await stored();
    const oldest = left.minutes.map(({ minute }) => minute.getTime()).sort()[0];
    expect(oldest).toBe(FROM_MS + 100 * 60_000);
    expect(await dropBefore(until)).toEqual({ statistics: 320, anomalyStates: 0, ticks: 0 });
    const after = await stored();
    expect(after.minutes).toEqual(before.minutes.filter(({ minute }) => minute.getTime() >= until));
    expect(hoursOf(after)).toEqual([22, 23, 0, 1, 2, 3]);
    expect(after.anomalies).toEqual(before.anomalies);
    expect(await dropBefore(until)).toEqual({ statistics: 0, anomalyStates: 0, ticks: 0 });
  });

  it('are found again as they were, though nothing is left of the hours before', async () => {
    const before = await stored();
    await dropBefore(TO_MS);
    expect(hoursOf(await stored())).toEqual([3]);
    // Hours in which anomalies of before go on, and end.
    for (const from of [hourMs('13T00:00'), hourMs('12T23:00'), hourMs('13T01:00'), hourMs('12T22:00')]) {
      for (const ticker of ['BTC', 'SOL']) {
        const span = spanOf(ticker, from, from + HOUR_MS);
        expect((await refreshAnomalies(database.db, span, settings, Date.now())).changedHours).toEqual([]);
        await refreshStatistics(database.db, span, statistics.windows);
      }
      await dropBefore(TO_MS);
    }
    expect((await stored()).anomalies).toEqual(before.anomalies);
    for (const ticker of ['BTC', 'SOL']) await refresh(ticker);
    expect(await stored()).toEqual(before);
  });

  it('stay where an anomaly of long ago is open: its state is the last one, and its end is found', async () => {
    const { db } = database;
    const expected = (await stored()).anomalies;
    await sql`truncate anomalies, anomaly_states`.execute(db);
    for (const ticker of ['BTC', 'SOL'])
      await refreshAnomalies(db, spanOf(ticker, FROM_MS, hourMs('13T00:00')), settings, Date.now());
    const open = (await stored()).anomalies.filter(({ ended_at }) => ended_at === null);
    expect(open.length).toBeGreaterThan(0);
    await dropBefore(Date.now() - 2 * 24 * HOUR_MS);
    expect(hoursOf(await stored())).toEqual([23]);
    for (const ticker of ['BTC', 'SOL']) {
      // The hours in between, which nobody has looked at, are caught up with.
      const last = spanOf(ticker, hourMs('13T03:00'));
      await refreshAnomalies(db, last, settings, Date.now());
    }
    const ended = (rows: typeof expected) =>
      rows
        .map(({ ticker, rule, started_at, ended_at }) => [ticker, rule, started_at, ended_at].join())
        .sort();
    expect(ended((await stored()).anomalies)).toEqual(ended(expected));
  });

  it('stay while an hour of theirs, or one before it, is owed a report or has one under way', async () => {
    const { db } = database;
    const until = hourMs('12T23:00');
    const before = await stored();
    await beginReport(db, 'replay', new Date(FROM_MS));
    expect(await dropBefore(until)).toMatchObject({ statistics: 0, anomalyStates: 0 });
    await sql`update reports set status = 'done'`.execute(db);
    await markStale(db, 'replay', [FROM_MS]);
    expect(await dropBefore(until)).toMatchObject({ statistics: 0, anomalyStates: 0 });
    await sql`truncate reports`.execute(db);
    await storeTick(db, FROM_MS + HOUR_MS);
    expect(await dropBefore(until)).toMatchObject({ statistics: 240, anomalyStates: 0 });
    expect((await stored()).states).toEqual(before.states);
  });

  it('of a ticker that somebody computes wait for the next time', async () => {
    await database.db.transaction().execute(async (trx) => {
      await lockForAnalysis(trx, { market: 'replay', ticker: 'BTC' });
      expect(await dropBefore(hourMs('12T21:00'))).toMatchObject({ statistics: 120 });
    });
    expect(await dropBefore(hourMs('12T21:00'))).toMatchObject({ statistics: 120 });
  });
});

describe('ticks', () => {
  it('go once they are older than they are kept, but for the last one, however old', async () => {
    const { db } = database;
    await sql`insert into ticks (market, tick_at) select 'replay', ${new Date(FROM_MS)}::timestamptz + n * interval '10 s'
      from generate_series(0, 99) as n`.execute(db);
    // Of a clock that was far ahead.
    const ahead = new Date(Date.now() + 24 * HOUR_MS);
    await sql`insert into ticks (market, tick_at) values ('replay', ${ahead})`.execute(db);
    expect(await dropBefore(FROM_MS + 100_000)).toMatchObject({ ticks: 10 });
    expect(await dropBefore(TO_MS, 50)).toMatchObject({ ticks: 50 });
    expect(await dropBefore(TO_MS)).toMatchObject({ ticks: 39 });
    const left = await db.selectFrom('ticks').select('tick_at').orderBy('tick_at').execute();
    expect(left.map(({ tick_at }) => tick_at.getTime())).toEqual([FROM_MS + 990_000, ahead.getTime()]);
  });
});
