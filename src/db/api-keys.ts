import { type Kysely, sql, type Transaction } from 'kysely';
import { endWithLastKey } from './alert-ends';
import { isGoodKey } from './good-key';
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
  /** How long it is good for, in milliseconds; null where no end is set. */
  expiresInMs: number | null;
}

/** The key with this SHA-256, unless it has ended, is revoked, or its user shut out. */
export async function findApiKey(db: Kysely<Database>, hash: Buffer): Promise<FoundKey | undefined> {
  return db
    .selectFrom('api_keys')
    .innerJoin('users', 'users.id', 'api_keys.user_id')
    .select(['api_keys.user_id as userId', 'api_keys.hash'])
    .select(
      sql<number | null>`(1000 * extract(epoch from api_keys.expires_at - clock_timestamp()))::float8`.as(
        'expiresInMs',
      ),
    )
    .where('api_keys.hash', '=', hash)
    .where(isGoodKey)
    .where('users.is_active', '=', true)
    .executeTakeFirst();
}

/** Those of the keys, by their SHA-256 in hex, that are good at this moment. */
export async function goodKeys(db: Kysely<Database>, hashes: string[]): Promise<Set<string>> {
  const { rows } = await sql<{ hex: string }>`
    select encode(hash, 'hex') as hex from api_keys join users on users.id = api_keys.user_id
    where hash in (select decode(hex, 'hex') from unnest(${hashes}::text[]) as hex)
      and ${isGoodKey} and users.is_active`.execute(db);
  return new Set(rows.map(({ hex }) => hex));
}

export interface KeyRow {
  id: string;
  name: string;
  prefix: string;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
}

/** A user's good keys, the oldest first. */
export async function listApiKeys(db: Kysely<Database>, userId: string): Promise<KeyRow[]> {
  return db
    .selectFrom('api_keys')
    .select(['id', 'name', 'prefix', 'created_at', 'expires_at', 'last_used_at'])
    .where('user_id', '=', userId)
    .where(isGoodKey)
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
      .where(isGoodKey)
      .executeTakeFirst();
    if (revoked.numUpdatedRows === 0n) return false;
    await forgetWithoutKey(trx, key.userId);
    return true;
  });
}

/**
 * Revokes keys whose time has come, so that whoever listens hears of it, and with the last good one ends what `revokeApiKey`
 * would; the workflows are found overdue.
 * @returns how many users were looked at
 */
export async function revokeEndedKeys(db: Kysely<Database>, limit: number): Promise<number> {
  const users = await db
    .selectFrom('api_keys')
    .select('user_id')
    .distinct()
    .where('expires_at', '<=', sql<Date>`now()`)
    .where('revoked_at', 'is', null)
    .limit(limit)
    .execute();
  for (const { user_id } of users) {
    await endWithLastKey(db, user_id, async (trx) => {
      await trx
        .updateTable('api_keys')
        .set({ revoked_at: sql<Date>`expires_at` })
        .where('user_id', '=', user_id)
        .where('expires_at', '<=', sql<Date>`now()`)
        .where('revoked_at', 'is', null)
        .execute();
      await forgetWithoutKey(trx, user_id);
      return true;
    });
  }
  return users.length;
}

/** Notes that keys, by their SHA-256 in hex, were used just now; at most once a minute each. */
export async function noteKeyUses(db: Kysely<Database>, hashes: string[]): Promise<void> {
  await sql`
    with used as materialized (
      select id from api_keys
      where hash in (select decode(hex, 'hex') from unnest(${hashes}::text[]) as hex)
        and (last_used_at is null or last_used_at <= now() - interval '1 minute')
      order by id for no key update skip locked
    )
    update api_keys as k set last_used_at = now() from used where k.id = used.id`.execute(db);
}

/** A user without a good key can do nothing more, not even leave: they have left, and their address is free again. */
async function forgetWithoutKey(trx: Transaction<Database>, userId: string): Promise<void> {
  const left = await trx
    .updateTable('users')
    .set({ is_active: false, email: null })
    .where('id', '=', userId)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('api_keys').select('id').where('user_id', '=', userId).where(isGoodKey))),
    )
    .executeTakeFirst();
  if (left.numUpdatedRows > 0n) await deleteSecrets(trx, userId);
}
