import { type Kysely, sql } from 'kysely';
import type { Market } from '../domain/quote';
import type { Database } from './schema';

/** How far the raw log of a market has got; undefined before its first line. */
export async function readArchiveState(db: Kysely<Database>, market: Market) {
  return await db.selectFrom('archive_state').selectAll().where('market', '=', market).executeTakeFirst();
}

/** Notes that every source quote of a market up to this `seq` is in the raw log, and that it can be written. */
export async function recordAppended(db: Kysely<Database>, market: Market, seq: bigint): Promise<void> {
  await sql`
    insert into archive_state as s (market, appended_seq, appended_at) values (${market}, ${String(seq)}, now())
    on conflict (market) do update
    set appended_seq = greatest(s.appended_seq, excluded.appended_seq), appended_at = now(),
        failing_since = null, failure = null`.execute(db);
}

/** Notes why the raw log of a market can't be written; the time stays that of the first failure. */
export async function recordArchiveFailure(
  db: Kysely<Database>,
  market: Market,
  failure: string,
): Promise<void> {
  await sql`
    insert into archive_state as s (market, failing_since, failure) values (${market}, now(), ${failure})
    on conflict (market) do update
    set failing_since = coalesce(s.failing_since, now()), failure = excluded.failure`.execute(db);
}
