import { type Kysely, sql } from 'kysely';

/** Deliveries of no alert can be deleted, and with them users: what 0002 remembers of each was an alert that is none. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace function remember_gone_deliveries() returns trigger language plpgsql as $$
    begin
      insert into alerts_gone (alert_id)
      select distinct alert_id from gone where status = 'pending' and alert_id is not null
      on conflict do nothing;
      return null;
    end $$`.execute(db);
}
