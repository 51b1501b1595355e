import { type Kysely, sql } from 'kysely';
import type { AgreedCandle } from '../domain/candle';
import { toDecimal } from '../domain/price';
import type { Market } from '../domain/quote';
import type { Database } from './schema';

/** Minutes of longer ago are not asked for: exchanges have limits, and nobody waits for them. */
const MOST_DAYS = 7;
/** An exchange needs a moment until it has the minute that has just ended. */
const SETTLED_AFTER_SECONDS = 10;

export interface Gap {
  id: string;
  ticker: string;
  /** The next minute to be asked for. */
  filledTo: Date;
  /** The first minute that is not missing. */
  to: Date;
  nextSeq: string;
  failures: number;
}

/**
 * Notes the minutes before this tick's quotes in which nothing was published of their tickers; call it in the transaction that
 * stored them. The minutes at both ends, of which there is a part, are not missing, nor are those between ticks that are meant to
 * be minutes apart.
 * @param intervalMs how often a tick is meant to be
 */
export async function recordGaps(
  db: Kysely<Database>,
  market: Market,
  tickAt: Date,
  intervalMs: number,
): Promise<void> {
  // A tick that came late, or one that was skipped, is no downtime.
  const longest = Math.max(60_000, 2 * intervalMs) / 1_000;
  await sql`
    insert into gaps (market, ticker, from_minute, to_minute, filled_to, next_seq, next_try_at)
    select q.market, q.ticker, last.minute + interval '1 minute', now.minute,
      greatest(last.minute + interval '1 minute', now.minute - make_interval(days => ${MOST_DAYS})),
      q.seq, now.minute + make_interval(secs => ${SETTLED_AFTER_SECONDS})
    from quotes as q
    join candles as now on now.market = q.market and now.ticker = q.ticker
      and now.minute = date_trunc('minute', q.quoted_at)
      -- The minute's first.
      and now.quote_count = 1
    cross join lateral (
      select minute from candles
      where market = q.market and ticker = q.ticker and minute < now.minute and quote_count > 0
      order by minute desc limit 1
    ) as last
    where q.market = ${market} and q.tick_at = ${tickAt} and last.minute < now.minute - make_interval(secs => ${longest})
    on conflict do nothing`.execute(db);
}

/**
 * Notes the minutes before the first quotes of all of this tick's tickers, from a full hour on, to be fetched as those of a gap are; call
 * it in the transaction that stored the quotes.
 * @param backfillMs how long before the tick; nothing is noted where it is 0
 */
export async function recordPast(
  db: Kysely<Database>,
  market: Market,
  tickAt: Date,
  backfillMs: number,
): Promise<void> {
  if (backfillMs === 0) return;
  await sql`
    insert into gaps (market, ticker, from_minute, to_minute, filled_to, next_seq, next_try_at)
    select q.market, q.ticker, past.from_minute, now.minute, past.from_minute, q.seq,
      now.minute + make_interval(secs => ${SETTLED_AFTER_SECONDS})
    from quotes as q
    cross join lateral (select date_trunc('minute', q.quoted_at) as minute) as now
    cross join lateral (
      select date_trunc('hour', now.minute - make_interval(secs => ${backfillMs / 1_000}), 'UTC') as from_minute
    ) as past
    where q.market = ${market} and q.tick_at = ${tickAt}
      and not exists (select from quotes where market = q.market and ticker = q.ticker and seq < q.seq)
    on conflict do nothing`.execute(db);
}

/** How many minutes before a market's first tick are still to be fetched, over all tickers. */
export async function pastMissing(
  db: Kysely<Database>,
  market: Market,
  firstTickMs: number,
): Promise<number> {
  const { rows } = await sql<{ minutes: number }>`
    select coalesce(ceil(sum(extract(epoch from to_minute - filled_to)) / 60), 0)::int as minutes from gaps
    where market = ${market} and closed_at is null and from_minute < ${new Date(firstTickMs)}`.execute(db);
  return rows[0]?.minutes ?? 0;
}

/** Whether nothing was published in all of an hour, because nobody was there. */
export async function isInGap(db: Kysely<Database>, market: Market, hour: Date): Promise<boolean> {
  const { rows } = await sql`
    select from gaps
    where market = ${market} and from_minute <= ${hour}
      and to_minute >= ${hour}::timestamptz + interval '1 hour' limit 1`.execute(db);
  return rows.length > 0;
}

/** A stretch of an hour or more in which nothing was published of some tickers. */
export interface Silence {
  tickers: string[];
  from: Date;
  /** The minute of the first quote after it; for several tickers the last of them, in the same hour. */
  to: Date;
}

/** The silences that reach into an hour, those that end with it included. */
export async function silencesIn(db: Kysely<Database>, market: Market, hour: Date): Promise<Silence[]> {
  const { rows } = await sql<Silence>`
    select array_agg(distinct ticker order by ticker) as tickers, min(from_minute) as "from", max(to_minute) as "to"
    from gaps
    where market = ${market} and to_minute - from_minute >= interval '1 hour'
      and from_minute < ${hour}::timestamptz + interval '1 hour' and to_minute >= ${hour}
    group by date_trunc('hour', to_minute, 'UTC')
    order by 3`.execute(db);
  return rows;
}

/** Whether minutes are missing that can be asked for now. */
export async function hasDueGaps(db: Kysely<Database>, market: Market): Promise<boolean> {
  return (await nextGap(db, market)) !== undefined;
}

/** The gap that is to be filled next; undefined where none is due. */
export async function nextGap(db: Kysely<Database>, market: Market): Promise<Gap | undefined> {
  const { rows } = await sql<Gap>`
    select id, ticker, filled_to as "filledTo", to_minute as "to", next_seq as "nextSeq", failures
    from gaps
    where market = ${market} and closed_at is null and next_try_at <= now()
    order by next_try_at, id limit 1`.execute(db);
  return rows[0];
}

/**
 * Stores fetched minutes of a gap. Those that are there already stay as they are.
 * @returns how many were stored
 */
export async function storeFetchedCandles(
  db: Kysely<Database>,
  market: Market,
  ticker: string,
  candles: AgreedCandle[],
): Promise<number> {
  if (candles.length === 0) return 0;
  const stored = await db
    .insertInto('candles')
    .values(
      candles.map(({ minuteMs, open, high, low, close, sources }) => ({
        ...{ market, ticker },
        minute: new Date(minuteMs),
        open: toDecimal(open),
        high: toDecimal(high),
        low: toDecimal(low),
        close: toDecimal(close),
        quote_count: 0,
        source: sources.join(','),
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning('minute')
    .execute();
  return stored.length;
}

/** Notes that the minutes of a gap before `to` were asked for; `failure` says why they could not be had. */
export async function advanceGap(
  db: Kysely<Database>,
  id: string,
  to: Date,
  failure: string | null = null,
): Promise<void> {
  await sql`
    update gaps
    set filled_to = ${to}, failures = 0, failure = coalesce(${failure}, failure),
        closed_at = case when to_minute <= ${to} then now() end
    where id = ${id}`.execute(db);
}

/** Notes that a gap's next minutes could not be asked for, and when they are tried again. */
export async function recordGapFailure(
  db: Kysely<Database>,
  id: string,
  failure: string,
  againMs: number,
): Promise<void> {
  await sql`
    update gaps
    set failures = failures + 1, failure = ${failure}, next_try_at = now() + make_interval(secs => ${againMs / 1000})
    where id = ${id}`.execute(db);
}

/** A run of minutes that there is no candle of. */
export interface MissingMinutes {
  market: Market;
  ticker: string;
  from: Date;
  /** The first minute that is not missing. */
  to: Date;
  minutes: number;
  /** Whether they are still to be asked for. */
  waiting: boolean;
  failure: string | null;
}

/** What is missing of all gaps, by market, ticker and time. */
export async function missingMinutes(db: Kysely<Database>): Promise<MissingMinutes[]> {
  const { rows } = await sql<MissingMinutes>`
    with missing as (
      select g.*, m as minute, row_number() over (partition by g.id order by m) as n
      from gaps as g
      cross join lateral generate_series(g.from_minute, g.to_minute - interval '1 minute', interval '1 minute') as m
      where not exists (
        select from candles where market = g.market and ticker = g.ticker and minute = m
      )
    )
    select market, ticker, min(minute) as "from", max(minute) + interval '1 minute' as "to", count(*)::int as minutes,
      bool_or(closed_at is null and minute >= filled_to) as waiting, max(failure) as failure
    from missing
    group by market, ticker, id, minute - n * interval '1 minute'
    order by market, ticker, 3`.execute(db);
  return rows;
}
