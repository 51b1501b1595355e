import { type Kysely, sql } from 'kysely';

/** How the hosts of users' webhooks do: which fail, since when, and which get nothing any longer. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // What `new URL(url).host` says of a URL as people write it. Other spellings of a host (in punycode, percent-encoded) count as
  // another one, which does no harm. Cut, since an entry of an index may have some 2,700 bytes.
  await sql`
    create function webhook_host(url text) returns text language sql immutable parallel safe as $$
      select left(substring(
        regexp_replace(lower(substring(url from '^[^/]+//[^/?#]+')), '^(http://.*):(80)?$|^(https://.*):(443)?$', '\\1\\3')
        from '//(.*)$'
      ), 255)
    $$`.execute(db);

  // No reference to users: a row is made by the statement that holds a delivery's lock, and would wait there for a user who is
  // being deleted, whose deletion waits for the delivery. The reconciliation forgets the rows of those who left.
  await sql`
    create table endpoints (
      id uuid primary key default gen_random_uuid(),
      user_id uuid not null,
      market text not null,
      host text not null,
      -- The first failure of the present run of them; null: the last attempt succeeded.
      failing_since timestamptz,
      failures integer not null default 0,
      last_failure_at timestamptz,
      last_error text,
      last_status_code integer,
      last_success_at timestamptz,
      disabled_at timestamptz,
      -- When its user is to be told that it was disabled; null: nobody needs to.
      notice_due_at timestamptz,
      unique (user_id, market, host)
    ) with (fillfactor = 70)`.execute(db);
  await sql`
    create index endpoints_notice on endpoints (notice_due_at) where notice_due_at is not null`.execute(db);
  await sql`
    create index deliveries_skipped on deliveries (user_id, market, created_at)
    where status = 'skipped'`.execute(db);
}
