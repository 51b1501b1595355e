import { type Kysely, sql } from 'kysely';

/** What the hourly reports did, what was wrong with the data, and what operators were and are to be told. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table reports (
      market text not null,
      hour timestamptz not null,
      -- running, done, failed; partial: done for an hour that was not over.
      status text not null,
      -- By the step's name: status, started_at, ended_at, attempt, summary, error.
      steps jsonb not null default '{}',
      runs integer not null default 1,
      -- The share of its ticks in which a price was published, over all tickers; null before it was looked at.
      quality double precision,
      started_at timestamptz not null default now(),
      ended_at timestamptz,
      error text,
      primary key (market, hour)
    )`.execute(db);
  await sql`create index reports_unfinished on reports (market, hour) where status <> 'done'`.execute(db);

  await sql`
    create table report_state (
      market text primary key,
      last_run_at timestamptz not null
    )`.execute(db);

  await sql`
    create table quality_violations (
      market text not null,
      hour timestamptz not null,
      rule text not null,
      -- Empty where it is no single ticker's, or no single source's.
      ticker text not null,
      source text not null,
      severity text not null,
      count integer not null,
      first_at timestamptz not null,
      last_at timestamptz not null,
      detail text not null,
      primary key (market, hour, rule, ticker, source)
    )`.execute(db);

  await sql`
    create table source_failures (
      market text not null,
      hour timestamptz not null,
      source text not null,
      -- Empty where the whole reply was lost.
      ticker text not null,
      failure text not null,
      count integer not null default 1,
      first_at timestamptz not null,
      last_at timestamptz not null,
      message text not null,
      primary key (market, hour, source, ticker, failure)
    )`.execute(db);

  await sql`
    create table notices (
      id uuid primary key default gen_random_uuid(),
      market text not null,
      -- What it tells of, such as anomaly:<id>:started: told once.
      event text not null,
      message jsonb not null,
      -- pending, sent, failed; skipped: there was nobody to tell.
      status text not null,
      created_at timestamptz not null default now(),
      next_attempt_at timestamptz,
      -- Until then, one sender has it.
      taken_until timestamptz,
      sent_at timestamptz,
      unique (market, event)
    )`.execute(db);
  await sql`create index notices_pending on notices (market, created_at) where status = 'pending'`.execute(
    db,
  );
  await sql`
    create table notice_attempts (
      notice_id uuid not null references notices on delete cascade,
      number integer not null,
      started_at timestamptz not null default now(),
      ended_at timestamptz,
      outcome text,
      status_code integer,
      error_class text,
      error text,
      duration_ms integer,
      response_body text,
      primary key (notice_id, number)
    )`.execute(db);

  await sql`
    create table alarms (
      id uuid primary key default gen_random_uuid(),
      market text not null,
      -- What is wrong, such as step:snapshot or source:kraken.
      key text not null,
      detail text not null,
      opened_at timestamptz not null default now(),
      closed_at timestamptz
    )`.execute(db);
  await sql`create unique index alarms_open on alarms (market, key) where closed_at is null`.execute(db);
  await sql`create index alarms_page on alarms (market, opened_at, id)`.execute(db);
}
