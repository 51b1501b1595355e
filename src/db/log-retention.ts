import { type Kysely, sql } from 'kysely';
import type { Database } from './schema';

/**
 * Forgets what was said in attempts that began longer ago than this: the headers and the body of the answer, and the headers of
 * the request. That they were made, when, and what came of it stays. The oldest first, `limit` of them at most.
 * @returns how many
 */
export async function dropOldLogs(db: Kysely<Database>, olderThanMs: number, limit: number): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    with old as materialized (
      select delivery_id, number from attempts
      where started_at < now() - make_interval(secs => ${olderThanMs / 1000})
        -- In the words of the index that finds them.
        and (response_body is not null or response_headers is not null or request_headers is not null)
      order by started_at limit ${limit}
      for no key update skip locked
    )
    update attempts as t set response_body = null, response_headers = null, request_headers = null
    from old where t.delivery_id = old.delivery_id and t.number = old.number`.execute(db);
  return Number(numAffectedRows);
}

/**
 * Forgets tests of webhooks that were made longer ago than this, with their attempts; `limit` of them at most.
 * @returns how many
 */
export async function deleteOldTests(
  db: Kysely<Database>,
  olderThanMs: number,
  limit: number,
): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    delete from deliveries where id in (
      select id from deliveries
      -- In the words of the index that finds them.
      where type = 'webhook.test' and status <> 'pending'
        and created_at < now() - make_interval(secs => ${olderThanMs / 1000})
      order by created_at limit ${limit}
      for update skip locked
    )`.execute(db);
  return Number(numAffectedRows);
}
