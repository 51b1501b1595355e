import { type Kysely, sql } from 'kysely';
import { endWithLastKey } from './alert-ends';
import type { Database } from './schema';
import { deleteSecrets } from './webhook-secrets';

export interface NewUser {
  id: string;
  email: string;
  /** Encrypted for this user. */
  sealedSecret: string;
  apiKey: { prefix: string; hash: Buffer };
}

/**
 * Registers a user together with their first key and webhook secret.
 * @returns false when the e-mail address is taken; case makes no difference
 */
export async function insertUser(db: Kysely<Database>, user: NewUser): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const inserted = await trx
      .insertInto('users')
      .values({ id: user.id, email: user.email })
      .onConflict((conflict) => conflict.expression(sql`lower(email)`).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (inserted === undefined) return false;
    await trx.insertInto('webhook_secrets').values({ user_id: user.id, secret: user.sealedSecret }).execute();
    await trx
      .insertInto('api_keys')
      .values({ user_id: user.id, ...user.apiKey })
      .execute();
    return true;
  });
}

export interface User {
  id: string;
  email: string;
  is_active: boolean;
  created_at: Date;
}

/** What a user may see of themselves; undefined for one who has left. */
export async function findUser(db: Kysely<Database>, id: string): Promise<User | undefined> {
  return (
    db
      .selectFrom('users')
      .select(['id', 'email', 'is_active', 'created_at'])
      .where('id', '=', id)
      .where('email', 'is not', null)
      // Said to the compiler: the line above leaves no nulls.
      .$castTo<User>()
      .executeTakeFirst()
  );
}

/**
 * Ends a user: all keys are refused from the commit on, all alerts are deleted, what they still owe is cancelled, and
 * what told who it was is forgotten. The row stays for the log of deliveries; the e-mail address is free again.
 * @returns the alerts whose workflows may still run; undefined where there is no such user, or not any longer
 */
export async function endUser(db: Kysely<Database>, id: string): Promise<string[] | undefined> {
  return endWithLastKey(db, id, async (trx) => {
    const left = await trx
      .updateTable('users')
      .set({ is_active: false, email: null })
      .where('id', '=', id)
      .where('is_active', '=', true)
      .executeTakeFirst();
    await trx
      .updateTable('api_keys')
      .set({ revoked_at: sql<Date>`now()` })
      .where('user_id', '=', id)
      .where('revoked_at', 'is', null)
      .execute();
    await deleteSecrets(trx, id);
    return left.numUpdatedRows > 0n;
  });
}
