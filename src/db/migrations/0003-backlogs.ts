import { type Kysely, sql } from 'kysely';

/** What waits to begin, and what was left open, found without reading everything that is pending. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index deliveries_woken on deliveries (woken_at)
    where status = 'pending' and woken_at is not null`.execute(db);
  await sql`create index attempts_open on attempts (started_at) where outcome is null`.execute(db);
}
