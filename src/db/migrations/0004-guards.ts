import { type Kysely, sql } from 'kysely';

/** What one user could do to all the others. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // An entry of an index may have some 2,700 bytes: a longer URL would stop the claim, and with it every tick.
  await sql`create unique index deliveries_identical on deliveries (alert_id, firing_number, md5(url))`.execute(
    db,
  );
  await sql`alter table deliveries drop constraint deliveries_alert_id_firing_number_url_key`.execute(db);

  // Deleted alerts are kept for the log of their deliveries, and are in nobody's pages.
  await sql`drop index alerts_page`.execute(db);
  await sql`
    create index alerts_page on alerts (user_id, created_at, id) where status <> 'deleted'`.execute(db);

  // A user whom an operator shuts out by hand is refused at once, too, and nobody can manage the alerts any longer.
  await sql`
    create function remember_shut_out() returns trigger language plpgsql as $$
    begin
      perform pg_notify('pricehook_keys', encode(hash, 'hex')) from api_keys where user_id = old.id;
      insert into keys_lost (user_id) values (old.id) on conflict (user_id) do update set at = now();
      return null;
    end $$`.execute(db);
  await sql`
    create trigger remember_shut_out after update of is_active on users
    for each row when (old.is_active and not new.is_active) execute function remember_shut_out()`.execute(db);
}
