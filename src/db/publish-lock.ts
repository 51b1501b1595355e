import { sql, type Transaction } from 'kysely';
import type { Market } from '../domain/quote';
import type { Database } from './schema';

/*
 * Whether an alert counts as armed before or after a publication must be settled, or a quote that is being published
 * while the alert is being inserted could be missed by both: the publisher's claim does not see the alert yet, and the
 * alert's armed_seq already counts the quote. So arming takes this lock shared, publishing takes it exclusively.
 *
 * Each is a statement of its own: PostgreSQL gives a statement its snapshot before it waits for a lock, so only the
 * next one sees what the holder committed. A process that freezes in the middle is cut off (connect.ts): it holds nobody up.
 */

/** Waits for a publication under way in this market, and holds the next one back until the transaction ends. */
export async function lockForArming(trx: Transaction<Database>, market: Market): Promise<void> {
  await sql`
    select pg_advisory_xact_lock_shared(hashtext('pricehook:publish'), hashtext(${market}))`.execute(trx);
}

/** Waits until nobody arms an alert or publishes in this market, and keeps it so until the transaction ends. */
export async function lockForPublishing(trx: Transaction<Database>, market: Market): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(hashtext('pricehook:publish'), hashtext(${market}))`.execute(trx);
}
