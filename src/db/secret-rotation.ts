import { type Kysely, sql } from 'kysely';
import type { Database } from './schema';

export interface Rotation {
  userId: string;
  /** The new secret, encrypted for this user. */
  sealedSecret: string;
  /** How long the secrets of before go on signing, in milliseconds; with 0 they end at once. */
  graceMs: number;
  /** How many secrets may sign at the same time. */
  maxLive: number;
}

/**
 * Gives a user a new webhook secret; those of before sign beside it until the grace is over, or their own one is.
 * @returns when the last of those before ends, or when the next one does where `maxLive` sign already; undefined where the
 *   user has left
 */
export async function rotateSecret(
  db: Kysely<Database>,
  { userId, sealedSecret, graceMs, maxLive }: Rotation,
): Promise<{ previousExpiresAt: Date } | { refusal: 'full'; nextEndsAt: Date } | undefined> {
  return db
    .transaction()
    .setIsolationLevel('read committed')
    .execute(async (trx) => {
      // One rotation of a user at a time, and none while they leave.
      const user = await trx
        .selectFrom('users')
        .select('id')
        .where('id', '=', userId)
        .where('is_active', '=', true)
        .forNoKeyUpdate()
        .executeTakeFirst();
      if (user === undefined) return undefined;
      // The clock of each statement: now() is when the transaction began, maybe before the rotation that it waited for.
      const { rows } = await sql<{ live: number; next_ends_at: Date; ends_at: Date }>`
        select count(*)::int as live, min(expires_at) as next_ends_at,
          clock_timestamp() + make_interval(secs => ${graceMs / 1_000}) as ends_at
        from webhook_secrets
        where user_id = ${userId} and (expires_at is null or expires_at > clock_timestamp())`.execute(trx);
      const { live, next_ends_at, ends_at } = rows[0] as (typeof rows)[0];
      if (graceMs > 0 && live >= maxLive) return { refusal: 'full', nextEndsAt: next_ends_at };
      await sql`
        update webhook_secrets set expires_at = least(expires_at, ${ends_at})
        where user_id = ${userId}`.execute(trx);
      await sql`
        insert into webhook_secrets (user_id, secret, created_at)
        values (${userId}, ${sealedSecret}, clock_timestamp())`.execute(trx);
      await sql`
        delete from webhook_secrets
        where user_id = ${userId} and expires_at <= clock_timestamp()`.execute(trx);
      return { previousExpiresAt: ends_at };
    });
}

/**
 * Forgets secrets that have ended.
 * @returns how many
 */
export async function deleteEndedSecrets(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql`delete from webhook_secrets where expires_at <= now() returning id`.execute(db);
  return rows.length;
}
