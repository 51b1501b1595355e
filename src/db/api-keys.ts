import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from './schema';

/** Every process that caches keys listens here; the payload is the hash of a key that is no longer good, in hex. */
export const KEYS_CHANNEL = 'pricehook_keys';

export interface FoundKey {
  userId: string;
  hash: Buffer;
}

/** The key with this SHA-256, unless it is revoked or its user shut out. */
export async function findApiKey(db: Kysely<Database>, hash: Buffer): Promise<FoundKey | undefined> {
  return db
    .selectFrom('api_keys')
    .innerJoin('users', 'users.id', 'api_keys.user_id')
    .select(['api_keys.user_id as userId', 'api_keys.hash'])
    .where('api_keys.hash', '=', hash)
    .where('api_keys.revoked_at', 'is', null)
    .where('users.is_active', '=', true)
    .executeTakeFirst();
}

/**
 * Takes a key away for good; every process refuses it from the moment this is committed.
 * @returns false where there is no such key, or it was revoked before
 */
export async function revokeApiKey(db: Kysely<Database>, id: string): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const revoked = await trx
      .updateTable('api_keys')
      .set({ revoked_at: sql<Date>`now()` })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .returning('hash')
      .executeTakeFirst();
    if (revoked === undefined) return false;
    await notifyRevoked(trx, [revoked.hash]);
    return true;
  });
}

/** Tells every process, once the transaction is committed, that these keys are no longer good. */
export async function notifyRevoked(trx: Transaction<Database>, hashes: Buffer[]): Promise<void> {
  const payloads = hashes.map((hash) => hash.toString('hex'));
  await sql`select pg_notify(${KEYS_CHANNEL}, payload) from unnest(${payloads}::text[]) as payload`.execute(
    trx,
  );
}
