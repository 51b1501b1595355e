import { type Kysely, sql } from 'kysely';

/** Deliveries that can be made again, messages that belong to no alert, and more of what each attempt was. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table deliveries
    alter column alert_id drop not null,
    add column market text,
    add column type text not null default 'alert.triggered',
    -- How often it was asked to be made again.
    add column round integer not null default 0,
    add column round_started_at timestamptz not null default now(),
    -- Attempts of earlier rounds, which do not count against the limit of this one.
    add column made_before integer not null default 0,
    -- Instead of the configured limit; null: that one.
    add column max_attempts integer,
    -- Who asked for the next attempt; null: nobody, it is due.
    add column next_cause text check (next_cause in ('user', 'operator')),
    -- The workflow run, a reset by an operator, that opened it again.
    add column reopened_by text`.execute(db);
  await sql`
    update deliveries as d set market = a.market, round_started_at = d.created_at
    from alerts as a where a.id = d.alert_id`.execute(db);
  await sql`alter table deliveries alter column market set not null`.execute(db);
  await sql`create index deliveries_page on deliveries (user_id, market, created_at, id)`.execute(db);

  await sql`
    alter table attempts
    add column cause text not null default 'schedule' check (cause in ('schedule', 'user', 'operator')),
    add column workflow_id text,
    add column run_id text,
    add column request_headers jsonb`.execute(db);
}
