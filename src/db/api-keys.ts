import { type Kysely, sql, type Transaction } from 'kysely';
import { endWithLastKey } from './alert-ends';
import type { Database } from './schema';
import { deleteSecrets } from './webhook-secrets';

/**
 * Every process that caches keys listens here; the payload is the hash of a key that is no longer good, in hex. A trigger on
 * the table tells it, so that keys which an operator takes away by hand are refused at once, too.
 */
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

export interface KeyRow {
  id: string;
  prefix: string;
  created_at: Date;
}

/** A user's good keys, the oldest first. */
export async function listApiKeys(db: Kysely<Database>, userId: string): Promise<KeyRow[]> {
  return db
    .selectFrom('api_keys')
    .select(['id', 'prefix', 'created_at'])
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/**
 * Takes a user's key away for good; every process refuses it from the moment this is committed. Without another good key
 * nobody could manage the user's alerts any longer: with the last one the user leaves, as by `endUser`.
 * @returns the alerts whose workflows may still run; undefined where the user has no such key, or it was revoked before
 */
export async function revokeApiKey(
  db: Kysely<Database>,
  key: { id: string; userId: string },
): Promise<string[] | undefined> {
  return endWithLastKey(db, key.userId, async (trx) => {
    const revoked = await trx
      .updateTable('api_keys')
      .set({ revoked_at: sql<Date>`now()` })
      .where('id', '=', key.id)
      .where('user_id', '=', key.userId)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    if (revoked.numUpdatedRows === 0n) return false;
    await forgetWithoutKey(trx, key.userId);
    return true;
  });
}

/** A user without a good key can do nothing more, not even leave: they have left, and their address is free again. */
async function forgetWithoutKey(trx: Transaction<Database>, userId: string): Promise<void> {
  const left = await trx
    .updateTable('users')
    .set({ is_active: false, email: null })
    .where('id', '=', userId)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('api_keys').select('id').where('user_id', '=', userId).where('revoked_at', 'is', null),
        ),
      ),
    )
    .executeTakeFirst();
  if (left.numUpdatedRows > 0n) await deleteSecrets(trx, userId);
}
