import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { MARKETS } from '../domain/quote';
import { isGoodKey } from './good-key';
import { lockForArming } from './publish-lock';
import type { Database } from './schema';
import { lockUser } from './user-lock';

export interface EndedAlerts {
  ended: number;
  /** Those whose workflows may still run. */
  toTell: string[];
}

/**
 * Deletes the alerts that `which` (a condition on `alerts`) names, forgets their own headers, which may hold secrets, and cancels
 * what they still owe: no attempt begins after the commit. For several alerts at once the publication lock is needed, since a claim takes rows in an order of its own.
 */
export async function endAlerts(
  trx: Transaction<Database>,
  which: RawBuilder<unknown>,
): Promise<EndedAlerts> {
  const { rows: alerts } = await sql<{ id: string; waits: boolean }>`
    select id, status <> 'fired' as waits from alerts
    where ${which} and status <> 'deleted'
    order by id for no key update`.execute(trx);
  if (alerts.length === 0) return { ended: 0, toTell: [] };
  const ids = alerts.map(({ id }) => id);
  // A statement of its own, since it must see a delivery whose claim the first one waited for.
  const owed = await cancelOwed(trx, sql`alert_id = any(${ids})`);
  const waiting = alerts.filter(({ waits }) => waits).map(({ id }) => id);
  const toTell = [...new Set([...waiting, ...owed.map(({ alert_id }) => alert_id)])];
  await sql`
    update alerts
    set status = 'deleted', headers = null, updated_at = now(), next_check_at = case when id = any(${toTell}) then now() end
    where id = any(${ids})`.execute(trx);
  return { ended: ids.length, toTell };
}

/**
 * Takes keys away from a user, as `takeAway` does it, and ends the user's alerts where no good key is left, since nobody
 * could manage them any longer.
 * @param takeAway answers false where there is nothing to take away
 * @returns the alerts whose workflows may still run; undefined where nothing was taken away
 */
export async function endWithLastKey(
  db: Kysely<Database>,
  userId: string,
  takeAway: (trx: Transaction<Database>) => Promise<boolean>,
): Promise<string[] | undefined> {
  const toTell = await db
    .transaction()
    .setIsolationLevel('read committed')
    .execute(async (trx) => {
      for (const market of MARKETS) await lockForArming(trx, market);
      await lockUser(trx, userId);
      if (!(await takeAway(trx))) return undefined;
      return (await hasGoodKey(trx, userId)) ? 'has another key' : await endWhatRuns(trx, userId);
    });
  if (toTell === 'has another key') return [];
  // The rest has fired and owes nothing: there may be very many, and no tick should wait for them.
  if (toTell !== undefined) {
    // In the order of ticks, which lock those whose condition may end yet.
    await sql`
      with fired as materialized (
        select id from alerts where user_id = ${userId} and status = 'fired' order by id for no key update
      )
      update alerts as a set status = 'deleted', headers = null, updated_at = now()
      from fired where a.id = fired.id`.execute(db);
  }
  return toTell;
}

async function hasGoodKey(trx: Transaction<Database>, userId: string): Promise<boolean> {
  // First, so that a key which somebody takes away by hand at this moment is either seen here or noted again.
  await trx.deleteFrom('keys_lost').where('user_id', '=', userId).execute();
  const goodKey = await trx
    .selectFrom('api_keys')
    .innerJoin('users', 'users.id', 'api_keys.user_id')
    .select('api_keys.id')
    .where('user_id', '=', userId)
    .where(isGoodKey)
    .where('users.is_active', '=', true)
    .executeTakeFirst();
  return goodKey !== undefined;
}

async function endWhatRuns(trx: Transaction<Database>, userId: string): Promise<string[]> {
  const waiting = await endAlerts(trx, sql`user_id = ${userId} and status in ('active', 'paused')`);
  // Afterwards, since it must see what one of those before has fired while they were waited for.
  const owing = await endAlerts(
    trx,
    sql`user_id = ${userId} and status = 'fired' and id in (
      select alert_id from deliveries where user_id = ${userId} and status = 'pending'
    )`,
  );
  // What belongs to no alert; its workflow finds it cancelled at its next attempt.
  await cancelOwed(trx, sql`user_id = ${userId} and alert_id is null`);
  return [...waiting.toTell, ...owing.toTell];
}

/** Cancels the pending deliveries that `which` (a condition on `deliveries`) names: no attempt of theirs begins after the commit. */
export async function cancelOwed(
  trx: Transaction<Database>,
  which: RawBuilder<unknown>,
): Promise<{ alert_id: string }[]> {
  const { rows } = await sql<{ alert_id: string }>`
    with owed as materialized (
      select id from deliveries where ${which} and status = 'pending' order by id for no key update
    )
    update deliveries as d set status = 'cancelled', next_attempt_at = null from owed where d.id = owed.id
    returning d.alert_id`.execute(trx);
  return rows;
}
