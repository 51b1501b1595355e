import { type Kysely, sql } from 'kysely';

/** Which reported hours are to be reported again, since candles of theirs came late; and what an anomaly was told as. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Null where the hour was reported of all the candles that there are.
  await sql`alter table reports add column stale_since timestamptz`.execute(db);
  await sql`create index reports_stale on reports (market, hour) where stale_since is not null`.execute(db);
  // Where late candles have moved the beginning: the one that operators were told of.
  await sql`alter table anomalies add column first_started_at timestamptz`.execute(db);
}
