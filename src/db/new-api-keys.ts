import { type Kysely, sql, type Transaction } from 'kysely';
import { isGoodKey } from './good-key';
import type { Database } from './schema';
import { lockUser } from './user-lock';

export interface NewKey {
  userId: string;
  /** The SHA-256 of the key that the user came with: one that was taken away meanwhile makes no other. */
  by: Buffer;
  prefix: string;
  hash: Buffer;
  /** How many good keys the user may have. */
  maxKeys: number;
}

export interface MadeKey {
  id: string;
  name: string;
  prefix: string;
  created_at: Date;
  expires_at: Date | null;
}

/** Why no key is made: there are as many as are allowed, or the key that the user came with is no longer good, or has an end. */
export type NewKeyRefusal = 'full' | 'no key' | 'own key ends';

/** Makes one more key for a user. */
export async function createApiKey(
  db: Kysely<Database>,
  key: NewKey & { name: string },
): Promise<MadeKey | { refusal: NewKeyRefusal }> {
  return asKeyOwner(db, key, async (trx) => {
    if ((await countGoodKeys(trx, key.userId)) >= key.maxKeys) return { refusal: 'full' };
    return await insertKey(trx, key);
  });
}

/**
 * Replaces a key by a new one of the same name; the old one ends after `overlapMs`, with 0 at once. Both are committed
 * together, so that the user is never without a good key.
 * @returns why not, where there is no such key ('unknown'), or it ends already ('ends')
 */
export async function rollApiKey(
  db: Kysely<Database>,
  key: NewKey & { id: string; overlapMs: number },
): Promise<MadeKey | { refusal: NewKeyRefusal | 'unknown' | 'ends' }> {
  return asKeyOwner(db, key, async (trx) => {
    const old = await trx
      .selectFrom('api_keys')
      .select(['name', 'expires_at'])
      .where('id', '=', key.id)
      .where('user_id', '=', key.userId)
      .where(isGoodKey)
      .executeTakeFirst();
    if (old === undefined) return { refusal: 'unknown' };
    if (old.expires_at !== null) return { refusal: 'ends' };
    const staying = (await countGoodKeys(trx, key.userId)) - (key.overlapMs === 0 ? 1 : 0);
    if (staying >= key.maxKeys) return { refusal: 'full' };
    const end = sql<Date>`clock_timestamp() + make_interval(secs => ${key.overlapMs / 1_000})`;
    await trx
      .updateTable('api_keys')
      .set(key.overlapMs === 0 ? { revoked_at: end } : { expires_at: end })
      .where('id', '=', key.id)
      .execute();
    return await insertKey(trx, { ...key, name: old.name });
  });
}

/** Does something while nobody else makes or takes away keys of this user. */
async function asKeyOwner<T>(
  db: Kysely<Database>,
  { userId, by }: NewKey,
  work: (trx: Transaction<Database>) => Promise<T>,
): Promise<T | { refusal: 'no key' | 'own key ends' }> {
  return db
    .transaction()
    .setIsolationLevel('read committed')
    .execute(async (trx) => {
      await lockUser(trx, userId);
      const own = await trx
        .selectFrom('api_keys')
        .innerJoin('users', 'users.id', 'api_keys.user_id')
        .select('api_keys.expires_at')
        .where('api_keys.hash', '=', by)
        .where('api_keys.user_id', '=', userId)
        .where(isGoodKey)
        .where('users.is_active', '=', true)
        .executeTakeFirst();
      if (own === undefined) return { refusal: 'no key' };
      // Whoever has stolen a key that was rolled for that would stay in by another one.
      if (own.expires_at !== null) return { refusal: 'own key ends' };
      return await work(trx);
    });
}

async function countGoodKeys(trx: Transaction<Database>, userId: string): Promise<number> {
  const { count } = await trx
    .selectFrom('api_keys')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('user_id', '=', userId)
    .where(isGoodKey)
    .executeTakeFirstOrThrow();
  return count;
}

async function insertKey(trx: Transaction<Database>, key: NewKey & { name: string }): Promise<MadeKey> {
  return trx
    .insertInto('api_keys')
    .values({
      user_id: key.userId,
      name: key.name,
      prefix: key.prefix,
      hash: key.hash,
      // now() is when the transaction began, maybe before a key that it waited for.
      created_at: sql<Date>`clock_timestamp()`,
    })
    .returning(['id', 'name', 'prefix', 'created_at', 'expires_at'])
    .executeTakeFirstOrThrow();
}
