import { type Kysely, sql } from 'kysely';

/** Statistics of candles, the anomalies in them, and the volume of candles that an exchange made. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table candles add column volume numeric check (volume >= 0)`.execute(db);

  await sql`
    create table statistics_minute (
      market text not null,
      ticker text not null,
      window_minutes integer not null,
      minute timestamptz not null,
      points integer not null,
      mean double precision not null,
      stddev double precision,
      change double precision,
      returns integer not null,
      volatility double precision,
      zscore double precision,
      primary key (market, ticker, window_minutes, minute)
    )`.execute(db);

  await sql`
    create table statistics_hour (
      market text not null,
      ticker text not null,
      hour timestamptz not null,
      points integer not null,
      close double precision not null,
      mean double precision not null,
      stddev double precision,
      change double precision,
      returns integer not null,
      volatility double precision,
      primary key (market, ticker, hour)
    )`.execute(db);

  await sql`
    create table anomalies (
      id uuid primary key default gen_random_uuid(),
      market text not null,
      ticker text not null,
      rule text not null,
      window_minutes integer not null,
      threshold double precision not null,
      started_at timestamptz not null,
      ended_at timestamptz,
      value double precision not null,
      price double precision not null,
      peak double precision not null,
      peak_at timestamptz not null,
      unique (market, ticker, rule, started_at)
    )`.execute(db);
  await sql`create index anomalies_page on anomalies (market, started_at, id)`.execute(db);

  await sql`
    create table anomaly_states (
      market text not null,
      ticker text not null,
      hour timestamptz not null,
      state jsonb not null,
      primary key (market, ticker, hour)
    )`.execute(db);
}
