import { type Kysely, sql } from 'kysely';

/** Pausing and changing alerts, ending users, a limit of alerts, and no workflow without its row. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // When somebody must have looked at this row by; null: nobody needs to.
  await sql`alter table alerts alter column next_check_at drop not null`.execute(db);
  await sql`update alerts set next_check_at = null where status = 'fired'`.execute(db);
  await sql`drop index alerts_overdue`.execute(db);
  await sql`
    create index alerts_overdue on alerts (next_check_at) where next_check_at is not null`.execute(db);

  // A user's alerts are read in pages, by time and id.
  await sql`create index alerts_page on alerts (user_id, created_at, id)`.execute(db);
  await sql`drop index alerts_user`.execute(db);

  // Of a user who left, the row stays for the log of their deliveries. Nulls are no duplicates of each other.
  await sql`
    alter table users
    alter column email drop not null, alter column webhook_secret drop not null,
    add check (not is_active or (email is not null and webhook_secret is not null))`.execute(db);

  await armAlert(db);
  await rememberGoneAlerts(db);
  await rememberLostKeys(db);
}

/**
 * All that must be known before an alert is made, in one round trip. Every statement of a volatile function has a
 * snapshot of its own, so that what follows the locks sees what their holders have committed. Plans are not kept: one that
 * was made while a table was empty would read the whole of it until somebody analyzes it.
 */
async function armAlert(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function arm_alert(
      owner uuid, its_market text, its_ticker text, alone boolean,
      out has_key boolean, out active_count bigint, out last_seq bigint
    ) language plpgsql volatile set plan_cache_mode = force_custom_plan as $$
    begin
      if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'arm_alert needs transactions that are read committed';
      end if;
      -- As in publish-lock.ts and user-lock.ts, and in this order.
      perform pg_advisory_xact_lock_shared(hashtext('pricehook:publish'), hashtext(its_market));
      if alone then
        perform pg_advisory_xact_lock(hashtext('pricehook:user'), hashtext(owner::text));
      else
        perform pg_advisory_xact_lock_shared(hashtext('pricehook:user'), hashtext(owner::text));
      end if;
      select exists (
        select from users as u join api_keys as k on k.user_id = u.id
        where u.id = owner and u.is_active and k.revoked_at is null
      ) into has_key;
      -- Not "market =": the planner, as long as it has no figures, might take alerts_waiting for it, everybody's alerts.
      select count(*) into active_count from alerts
      where user_id = owner and market is not distinct from its_market and status = 'active';
      select coalesce(max(seq), 0) into last_seq from quotes where market = its_market and ticker = its_ticker;
    end $$`.execute(db);
}

/** Rows that an operator deletes by hand leave the ids of workflows that may still run. */
async function rememberGoneAlerts(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table alerts_gone (
      alert_id uuid primary key,
      look_at timestamptz not null default now()
    )`.execute(db);
  await sql`create index alerts_gone_due on alerts_gone (look_at)`.execute(db);
  await sql`
    create function remember_gone_alerts() returns trigger language plpgsql as $$
    begin
      insert into alerts_gone (alert_id)
      select id from gone where status in ('active', 'paused') or next_check_at is not null
      on conflict do nothing;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger remember_gone_alerts after delete on alerts referencing old table as gone
    for each statement execute function remember_gone_alerts()`.execute(db);
  // A fired alert's workflow runs for as long as it owes a delivery.
  await sql`
    create function remember_gone_deliveries() returns trigger language plpgsql as $$
    begin
      insert into alerts_gone (alert_id)
      select distinct alert_id from gone where status = 'pending'
      on conflict do nothing;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger remember_gone_deliveries after delete on deliveries referencing old table as gone
    for each statement execute function remember_gone_deliveries()`.execute(db);
}

/** A key that is revoked or deleted, by whomever, is refused everywhere; its user may have no other. */
async function rememberLostKeys(db: Kysely<unknown>): Promise<void> {
  await sql`create table keys_lost (user_id uuid primary key, at timestamptz not null default now())`.execute(
    db,
  );
  // An update instead of nothing: it waits for whoever takes the row away, and then adds it again.
  await sql`
    create function remember_lost_key() returns trigger language plpgsql as $$
    begin
      perform pg_notify('pricehook_keys', encode(old.hash, 'hex'));
      insert into keys_lost (user_id) values (old.user_id) on conflict (user_id) do update set at = now();
      return null;
    end $$`.execute(db);
  await sql`
    create trigger remember_lost_key after update of revoked_at or delete on api_keys
    for each row execute function remember_lost_key()`.execute(db);
}
