import { type Kysely, sql } from 'kysely';
import { notifyRevoked } from './api-keys';
import type { Database } from './schema';

export interface NewUser {
  email: string;
  /** `whsec_…` */
  webhookSecret: string;
  apiKey: { prefix: string; hash: Buffer };
}

/**
 * Registers a user together with their first key.
 * @returns the user's id, or undefined when the e-mail address is taken; case makes no difference
 */
export async function insertUser(db: Kysely<Database>, user: NewUser): Promise<string | undefined> {
  return db.transaction().execute(async (trx) => {
    const inserted = await trx
      .insertInto('users')
      .values({ email: user.email, webhook_secret: user.webhookSecret })
      .onConflict((conflict) => conflict.expression(sql`lower(email)`).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (inserted === undefined) return undefined;
    await trx
      .insertInto('api_keys')
      .values({ user_id: inserted.id, ...user.apiKey })
      .execute();
    return inserted.id;
  });
}

export interface User {
  id: string;
  email: string;
  is_active: boolean;
  created_at: Date;
}

/** What a user may see of themselves. */
export async function findUser(db: Kysely<Database>, id: string): Promise<User | undefined> {
  return db
    .selectFrom('users')
    .select(['id', 'email', 'is_active', 'created_at'])
    .where('id', '=', id)
    .executeTakeFirst();
}

/**
 * Shuts a user out: every process refuses their keys from the moment this is committed.
 * @returns false where there is no such user
 */
export async function deactivateUser(db: Kysely<Database>, id: string): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const updated = await trx
      .updateTable('users')
      .set({ is_active: false })
      .where('id', '=', id)
      .executeTakeFirst();
    const keys = await trx.selectFrom('api_keys').select('hash').where('user_id', '=', id).execute();
    await notifyRevoked(
      trx,
      keys.map((key) => key.hash),
    );
    return updated.numUpdatedRows > 0n;
  });
}
