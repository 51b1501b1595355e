import { Kysely, PostgresDialect, sql } from 'kysely';
import { Pool } from 'pg';
import { connectDatabase } from '../../src/db/connect';
import type { Database } from '../../src/db/schema';
import { TICKERS } from '../publisher';
import { type Fortnight, MINUTE_MS } from '../recorded';

/** A database in which it is a moment of the recorded fortnight. */
export interface SimulatedMarket {
  db: Kysely<Database>;
  /** The same, telling of every statement. */
  watched(onStatement: () => void): Kysely<Database>;
  /** Lets time go on to `atMs` (Unix milliseconds): the minutes until then become candles and quotes. */
  goTo(atMs: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Puts the fortnight into an empty database of ours. There `now()` answers the simulated moment: ours stands before
 * PostgreSQL's own in the search path, so that the very statements of the service run on recorded times. What lies in the
 * future is not there yet; a minute becomes a candle, and its close a quote, when it is over.
 */
export async function openSimulatedMarket(url: string, fortnight: Fortnight): Promise<SimulatedMarket> {
  const simulated = new URL(url);
  simulated.searchParams.set(
    'options',
    '-c search_path=simulated,pg_catalog,public -c synchronous_commit=off',
  );
  const db = connectDatabase(simulated.href, { maxConnections: 4, onIdleError: () => {} });
  await prepare(db, fortnight);
  const others: Kysely<Database>[] = [];
  let nowMs = fortnight.startsAtMs;
  let moving = Promise.resolve();

  async function move(atMs: number): Promise<void> {
    if (atMs <= nowMs) return;
    await sql`
      with clock as (update simulated.clock set at = ${new Date(atMs)}),
      over as (
        select * from simulated.recorded
        where minute > ${new Date(nowMs - MINUTE_MS)} and minute <= ${new Date(atMs - MINUTE_MS)}
      ),
      candles as (
        insert into candles (market, ticker, minute, open, high, low, close)
        select 'replay', ticker, minute, open, high, low, close from over
      )
      insert into quotes (market, ticker, price, quoted_at, tick_at, source_count, spread, is_jump)
      select 'replay', ticker, close, minute + interval '1 minute', minute + interval '1 minute', 1, 0, false
      from over order by minute`.execute(db);
    nowMs = atMs;
  }

  return {
    db,
    watched(onStatement) {
      const pool = new Pool({ connectionString: simulated.href, max: 4 });
      const other = new Kysely<Database>({ dialect: new PostgresDialect({ pool }), log: onStatement });
      others.push(other);
      return other;
    },
    goTo(atMs) {
      moving = moving.then(() => move(atMs));
      return moving;
    },
    async close() {
      for (const each of [...others, db]) await each.destroy();
    },
  };
}

async function prepare(db: Kysely<Database>, { candles, minutes, startsAtMs }: Fortnight): Promise<void> {
  await sql`create schema simulated`.execute(db);
  await sql`create table simulated.clock as select ${new Date(startsAtMs)}::timestamptz as at`.execute(db);
  await sql`
    create function simulated.now() returns timestamptz stable language sql
    as 'select at from simulated.clock'`.execute(db);
  await sql`
    create table simulated.recorded (ticker text, minute timestamptz, open numeric, high numeric, low numeric, close numeric)
  `.execute(db);
  const times = Array.from({ length: minutes }, (_, minute) => new Date(startsAtMs + minute * MINUTE_MS));
  for (const ticker of TICKERS) {
    const column = (name: 'open' | 'high' | 'low' | 'close') => candles[ticker].map((candle) => candle[name]);
    await sql`
      insert into simulated.recorded
      select ${ticker}, * from unnest(${times}::timestamptz[], ${column('open')}::numeric[],
        ${column('high')}::numeric[], ${column('low')}::numeric[], ${column('close')}::numeric[])`.execute(
      db,
    );
  }
  await sql`create index on simulated.recorded (minute)`.execute(db);
  await sql`analyze`.execute(db);
}
