import { type Kysely, sql } from 'kysely';
import { MARKETS, type Market } from '../domain/quote';
import { HOUR_MS, hourOf } from '../domain/statistics-hour';
import { firstOwedHour } from './reports';
import type { Database } from './schema';
import { tryLockForAnalysis } from './statistics';
import { withTickers } from './tickers';

/** How long what can be computed again is kept, in milliseconds. */
export interface MarketRetention {
  statisticsMs: number;
  anomalyStatesMs: number;
  ticksMs: number;
}

export interface DroppedRows {
  statistics: number;
  anomalyStates: number;
  ticks: number;
}

/**
 * Deletes statistics of minutes, states of detection and ticks that are older than they are kept, the oldest first, some
 * thousands of each at most. Of hours that are owed a report, or have one under way, all stays. They are not partitioned: of all
 * three there are some ten thousand rows a day.
 */
export async function dropOldMarketRows(
  db: Kysely<Database>,
  { nowMs, ...kept }: MarketRetention & { nowMs: number },
  limit = 5_000,
): Promise<DroppedRows> {
  const dropped: DroppedRows = { statistics: 0, anomalyStates: 0, ticks: 0 };
  for (const market of MARKETS) {
    const old = {
      statisticsMs: hourOf(nowMs - kept.statisticsMs),
      statesMs: hourOf(nowMs - kept.anomalyStatesMs),
    };
    for (const ticker of await tickersOf(db, market)) {
      const rows = await db.transaction().execute(async (trx) => {
        // Whoever computes has it for as long; the next reconciliation comes soon.
        if (!(await tryLockForAnalysis(trx, { market, ticker }))) return { statistics: 0, anomalyStates: 0 };
        if (!(await hasOlder(trx, market, ticker, old))) return { statistics: 0, anomalyStates: 0 };
        // Only now: a report that begins later computes behind this lock what it needs.
        const owedMs = (await firstOwedHour(trx, market, hourOf(nowMs) - HOUR_MS)) ?? nowMs;
        const before = (timeMs: number) => new Date(Math.min(timeMs, owedMs));
        return {
          statistics: await dropStatistics(trx, market, ticker, before(old.statisticsMs), limit),
          anomalyStates: await dropStates(trx, market, ticker, before(old.statesMs), limit),
        };
      });
      dropped.statistics += rows.statistics;
      dropped.anomalyStates += rows.anomalyStates;
    }
    dropped.ticks += await dropTicks(db, market, new Date(nowMs - kept.ticksMs), limit);
  }
  return dropped;
}

/** The tickers that there are hours of; some looks into an index for each. */
async function tickersOf(db: Kysely<Database>, market: Market): Promise<string[]> {
  const { rows } = await sql<{ ticker: string }>`
    ${withTickers('statistics_hour', market)}
    select ticker from tickers where ticker is not null`.execute(db);
  return rows.map(({ ticker }) => ticker);
}

/** The windows that a ticker has statistics of. */
const WINDOWS = (market: Market, ticker: string) => sql`
  with recursive windows as (
    (
      select window_minutes as w from statistics_minute where market = ${market} and ticker = ${ticker}
      order by 1 limit 1
    )
    union all
    select (
      select window_minutes from statistics_minute
      where market = ${market} and ticker = ${ticker} and window_minutes > s.w order by 1 limit 1
    )
    from windows as s where s.w is not null
  )`;

async function hasOlder(
  db: Kysely<Database>,
  market: Market,
  ticker: string,
  { statisticsMs, statesMs }: { statisticsMs: number; statesMs: number },
): Promise<boolean> {
  const { rows } = await sql<{ has: boolean }>`
    ${WINDOWS(market, ticker)}
    select exists (
      select from windows as s
      where (
        select min(minute) from statistics_minute
        where market = ${market} and ticker = ${ticker} and window_minutes = s.w
      ) < ${new Date(statisticsMs)}
    ) or (
      select count(*) from (
        select from anomaly_states
        where market = ${market} and ticker = ${ticker} and hour < ${new Date(statesMs)} limit 2
      ) as states
    ) > 1 as has`.execute(db);
  return rows[0]?.has ?? false;
}

async function dropStatistics(
  db: Kysely<Database>,
  market: Market,
  ticker: string,
  before: Date,
  limit: number,
) {
  const { numAffectedRows = 0n } = await sql`
    ${WINDOWS(market, ticker)}, old as (
      select m.window_minutes, m.minute
      from windows as s cross join lateral (
        select window_minutes, minute from statistics_minute
        where market = ${market} and ticker = ${ticker} and window_minutes = s.w and minute < ${before}
        order by minute limit ${limit}
      ) as m
      order by m.minute, m.window_minutes limit ${limit}
    )
    delete from statistics_minute as m using old
    where m.market = ${market} and m.ticker = ${ticker}
      and m.window_minutes = old.window_minutes and m.minute = old.minute`.execute(db);
  return Number(numAffectedRows);
}

/** All but the last one of before: the hours that follow on it are taken from there, and what is open stands in it. */
async function dropStates(db: Kysely<Database>, market: Market, ticker: string, before: Date, limit: number) {
  const { numAffectedRows = 0n } = await sql`
    delete from anomaly_states
    where market = ${market} and ticker = ${ticker} and hour in (
      select hour from anomaly_states
      where market = ${market} and ticker = ${ticker} and hour < (
        select max(hour) from anomaly_states
        where market = ${market} and ticker = ${ticker} and hour < ${before}
      )
      order by hour limit ${limit}
    )`.execute(db);
  return Number(numAffectedRows);
}

/** All but the last one: none that is older than it is published (see `beginTick`, to whom one of a clock far ahead is none). */
async function dropTicks(db: Kysely<Database>, market: Market, before: Date, limit: number) {
  const { numAffectedRows = 0n } = await sql`
    delete from ticks
    where market = ${market} and tick_at in (
      select tick_at from ticks
      where market = ${market} and tick_at < ${before} and tick_at < (
        select max(tick_at) from ticks where market = ${market} and tick_at <= now() + interval '1 minute'
      )
      order by tick_at limit ${limit}
    )`.execute(db);
  return Number(numAffectedRows);
}
