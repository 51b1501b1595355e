import { type Kysely, sql } from 'kysely';

/** Several named keys a user, keys that end at a time, and when each was last used. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table api_keys
    add name text not null default 'default',
    add expires_at timestamptz,
    add last_used_at timestamptz`.execute(db);
  await sql`
    create index api_keys_expiring on api_keys (expires_at)
    where expires_at is not null and revoked_at is null`.execute(db);

  // Every process that remembers a key must hear that it now ends at a time, or at another.
  await sql`drop trigger remember_lost_key on api_keys`.execute(db);
  await sql`
    create trigger remember_lost_key after update of revoked_at, expires_at or delete on api_keys
    for each row execute function remember_lost_key()`.execute(db);

  await armAlertWithGoodKey(db);
}

/** As in 0002, but that a key which has ended is none. */
async function armAlertWithGoodKey(db: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace function arm_alert(
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
        where u.id = owner and u.is_active
          and k.revoked_at is null and (k.expires_at is null or k.expires_at > clock_timestamp())
      ) into has_key;
      -- Not "market =": the planner, as long as it has no figures, might take alerts_waiting for it, everybody's alerts.
      select count(*) into active_count from alerts
      where user_id = owner and market is not distinct from its_market and status = 'active';
      select coalesce(max(seq), 0) into last_seq from quotes where market = its_market and ticker = its_ticker;
    end $$`.execute(db);
}
