import { sql, type Transaction } from 'kysely';
import type { Database } from './schema';

/**
 * Waits until nobody makes, changes or ends anything of this user, and keeps it so until the transaction ends. Taken after
 * the publication lock and before any row's. A statement of its own, for the reason that `publish-lock.ts` gives;
 * creation takes it in `arm_alert` (migration 0002), shared as long as the limit of alerts is far.
 */
export async function lockUser(trx: Transaction<Database>, userId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('pricehook:user'), hashtext(${userId}::uuid::text))`.execute(
    trx,
  );
}
