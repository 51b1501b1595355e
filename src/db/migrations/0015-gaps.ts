import { type Kysely, sql } from 'kysely';

/** Minutes in which nothing was published, and candles that were fetched for them afterwards. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The exchanges that a candle was fetched from; null for one that is made of published quotes.
  await sql`alter table candles add column source text`.execute(db);
  await sql`
    create table gaps (
      id bigint generated always as identity primary key,
      market text not null,
      ticker text not null,
      -- The first minute without a quote, and the first with one again.
      from_minute timestamptz not null,
      to_minute timestamptz not null,
      -- Minutes before this one were asked for.
      filled_to timestamptz not null,
      -- The first quote after the gap: alerts that were armed with it, or later, were not there.
      next_seq bigint not null,
      -- In a row, for the minutes from filled_to on.
      failures integer not null default 0,
      failure text,
      next_try_at timestamptz not null default now(),
      closed_at timestamptz,
      unique (market, ticker, from_minute)
    )`.execute(db);
  await sql`create index gaps_open on gaps (market, next_try_at) where closed_at is null`.execute(db);
}
