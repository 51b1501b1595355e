import { type Kysely, sql } from 'kysely';
import type { Database } from './schema';
import { type AlertToStart, toStart } from './wakes';

/** How late a check or an attempt must be before somebody else looks after it, in seconds. */
const GRACE_S = 30;

/**
 * Active alerts whose workflow should have looked at the price by now, and leases them for a minute: the next
 * reconciliation leaves them to the workflow that this one stirs.
 */
export async function takeOverdueAlerts(db: Kysely<Database>, limit: number): Promise<AlertToStart[]> {
  const { rows } = await sql<AlertToStart>`
    update alerts as a
    set next_check_at = now() + interval '1 minute'
    where a.id in (
      select id from alerts
      where status = 'active' and next_check_at < now() - make_interval(secs => ${GRACE_S})
      order by next_check_at limit ${limit}
      for update skip locked
    )
    returning ${toStart}`.execute(db);
  return rows;
}

/**
 * Pending deliveries whose next attempt is long overdue are to be woken again: their workflow may be gone.
 * What merely queues in a burst is younger; a workflow that was terminated is found sooner by other means.
 * @returns how many
 */
export async function rewakeOverdueDeliveries(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql`
    update deliveries set woken_at = null
    where status = 'pending'
      and next_attempt_at < now() - interval '5 minutes' and woken_at < now() - interval '5 minutes'
    returning id`.execute(db);
  return rows.length;
}

/** Makes what belongs to these alerts due at once: their check if they wait, their delivery if one is owed. */
export async function makeDue(db: Kysely<Database>, alertIds: string[]): Promise<void> {
  if (alertIds.length === 0) return;
  await sql`
    update alerts set next_check_at = now() - make_interval(secs => ${GRACE_S + 1})
    where id = any(${alertIds}::uuid[]) and status = 'active'`.execute(db);
  await sql`
    update deliveries set woken_at = null
    where alert_id = any(${alertIds}::uuid[]) and status = 'pending'`.execute(db);
}
