import { type Kysely, sql } from 'kysely';

/** Users, keys, the market, alerts, deliveries and their attempts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table users (
      id uuid primary key default gen_random_uuid(),
      email text not null,
      is_active boolean not null default true,
      webhook_secret text not null,
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`create unique index users_email on users (lower(email))`.execute(db);

  await sql`
    create table api_keys (
      id uuid primary key default gen_random_uuid(),
      user_id uuid not null references users (id) on delete cascade,
      prefix text not null,
      hash bytea not null unique,
      created_at timestamptz not null default now(),
      revoked_at timestamptz
    )`.execute(db);
  await sql`create index api_keys_user on api_keys (user_id)`.execute(db);

  await sql`
    create table ticks (
      market text not null check (market in ('live', 'replay')),
      tick_at timestamptz not null,
      published_at timestamptz not null default now(),
      primary key (market, tick_at)
    )`.execute(db);

  await sql`
    create table quotes (
      seq bigint generated always as identity primary key,
      market text not null,
      ticker text not null,
      price numeric not null check (price > 0),
      quoted_at timestamptz not null,
      tick_at timestamptz not null,
      source_count integer not null,
      spread numeric not null,
      is_jump boolean not null,
      unique (market, ticker, tick_at)
    )`.execute(db);
  await sql`create index quotes_by_seq on quotes (market, ticker, seq)`.execute(db);

  await sql`
    create table candles (
      market text not null,
      ticker text not null,
      minute timestamptz not null,
      open numeric not null,
      high numeric not null,
      low numeric not null,
      close numeric not null,
      quote_count integer not null default 1,
      primary key (market, ticker, minute)
    )`.execute(db);

  await sql`
    create table alerts (
      id uuid primary key default gen_random_uuid(),
      user_id uuid not null references users (id) on delete cascade,
      market text not null,
      ticker text not null,
      condition text not null check (condition in ('gt', 'lt')),
      target_price numeric not null check (target_price > 0),
      webhook_url text not null,
      status text not null default 'active' check (status in ('active', 'paused', 'fired', 'deleted')),
      armed_seq bigint not null,
      checked_seq bigint not null,
      firing_number integer not null default 0,
      next_check_at timestamptz not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      triggered_at timestamptz,
      triggered_price numeric
    )`.execute(db);
  // The claim looks up "active alerts of this ticker whose target lies below the price" in this index.
  await sql`
    create index alerts_waiting on alerts (market, ticker, condition, target_price)
    where status = 'active'`.execute(db);
  await sql`
    create unique index alerts_identical on alerts (user_id, market, ticker, condition, target_price)
    where status = 'active'`.execute(db);
  await sql`create index alerts_overdue on alerts (next_check_at) where status = 'active'`.execute(db);
  await sql`create index alerts_user on alerts (user_id, created_at)`.execute(db);

  await sql`
    create table deliveries (
      id text primary key,
      alert_id uuid not null references alerts (id) on delete cascade,
      user_id uuid not null references users (id) on delete cascade,
      firing_number integer not null,
      url text not null,
      body text not null,
      status text not null default 'pending'
        check (status in ('pending', 'delivered', 'failed', 'cancelled', 'skipped')),
      created_at timestamptz not null default now(),
      delivered_at timestamptz,
      next_attempt_at timestamptz,
      woken_at timestamptz,
      unique (alert_id, firing_number, url)
    )`.execute(db);
  await sql`
    create index deliveries_unwoken on deliveries (created_at)
    where woken_at is null and status = 'pending'`.execute(db);
  await sql`
    create index deliveries_overdue on deliveries (next_attempt_at) where status = 'pending'`.execute(db);

  await sql`
    create table attempts (
      delivery_id text not null references deliveries (id) on delete cascade,
      number integer not null,
      started_at timestamptz not null default now(),
      ended_at timestamptz,
      outcome text check (outcome in ('delivered', 'failed', 'unknown')),
      status_code integer,
      error_class text,
      error text,
      duration_ms integer,
      dns_ms integer,
      connect_ms integer,
      tls_ms integer,
      response_headers jsonb,
      response_body text,
      primary key (delivery_id, number)
    )`.execute(db);

  await sql`
    create table sources (
      market text not null,
      name text not null,
      last_attempt_at timestamptz,
      last_success_at timestamptz,
      failure text,
      failure_message text,
      failed_at timestamptz,
      resting_until timestamptz,
      rest_count integer not null default 0,
      deviation numeric,
      primary key (market, name)
    )`.execute(db);

  // Unlogged: a crash forgives everybody's recent requests, and a request costs no write-ahead log.
  await sql`
    create unlogged table rate_buckets (
      key text primary key,
      tokens double precision not null,
      refilled_at timestamptz not null default now()
    )`.execute(db);
  await sql`
    create unlogged table workers (
      id text primary key,
      started_at timestamptz not null default now(),
      seen_at timestamptz not null default now()
    )`.execute(db);
}
