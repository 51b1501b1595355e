import { type Kysely, sql } from 'kysely';

/** Which attempts still hold what was said, the oldest first, so that looking for those that are too old costs nothing. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index attempts_log on attempts (started_at)
    where response_body is not null or response_headers is not null or request_headers is not null`.execute(
    db,
  );
}
