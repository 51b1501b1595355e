import { type Kysely, sql } from 'kysely';
import { endWithLastKey } from './alert-ends';
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
      .set({ is_active: false, email: null, webhook_secret: null })
      .where('id', '=', id)
      .where('is_active', '=', true)
      .executeTakeFirst();
    await trx
      .updateTable('api_keys')
      .set({ revoked_at: sql<Date>`now()` })
      .where('user_id', '=', id)
      .where('revoked_at', 'is', null)
      .execute();
    return left.numUpdatedRows > 0n;
  });
}
