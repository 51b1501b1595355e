import { type Kysely, sql } from 'kysely';
import type { AlertStatus } from '../domain/alert';
import { endWithLastKey } from './alert-ends';
import { INTERRUPTED } from './attempts';
import { carrier } from './carrier';
import type { Database } from './schema';
import { type AlertToStart, toStart } from './wakes';

/** How late a check or an attempt must be before somebody else looks after it, in seconds. */
const GRACE_S = 30;

/** Until when the next reconciliations leave what one has taken to the workflow that it stirs. */
const LEASE = sql`now() + interval '1 minute'`;

export interface OverdueAlert extends AlertToStart {
  status: AlertStatus | 'deleted';
}

/**
 * Alerts whose row nobody has looked at by the time that it names, and leases them for a minute. Deleted ones are among them
 * until their workflow has seen it, or `settleEnded` says that there is none.
 */
export async function takeOverdueAlerts(db: Kysely<Database>, limit: number): Promise<OverdueAlert[]> {
  const { rows } = await sql<OverdueAlert>`
    update alerts as a
    set next_check_at = ${LEASE}
    where a.id in (
      select id from alerts
      where next_check_at < now() - make_interval(secs => ${GRACE_S})
      order by next_check_at limit ${limit}
      for no key update skip locked
    )
    returning ${toStart}, a.status`.execute(db);
  return rows;
}

/** Notes that no workflow of these alerts runs: nobody needs to look at those among them that are deleted, have fired or expired. */
export async function settleEnded(db: Kysely<Database>, alertIds: string[]): Promise<void> {
  if (alertIds.length === 0) return;
  await sql`
    with ended as materialized (
      select id from alerts
      where id = any(${alertIds}::uuid[]) and status in ('deleted', 'fired', 'expired')
      order by id for no key update skip locked
    )
    update alerts as a set next_check_at = null from ended where a.id = ended.id`.execute(db);
}

/** Alerts whose rows were deleted by hand while their workflows may have run, and leases them for a minute. */
export async function takeGoneAlerts(db: Kysely<Database>, limit: number): Promise<{ id: string }[]> {
  const { rows } = await sql<{ id: string }>`
    update alerts_gone set look_at = ${LEASE}
    where alert_id in (
      select alert_id from alerts_gone where look_at <= now()
      order by look_at limit ${limit} for update skip locked
    )
    returning alert_id as id`.execute(db);
  return rows;
}

/** Forgets alerts without a row: their workflows are told, or there are none. */
export async function forgetGoneAlerts(db: Kysely<Database>, alertIds: string[]): Promise<void> {
  if (alertIds.length === 0) return;
  await db.deleteFrom('alerts_gone').where('alert_id', 'in', alertIds).execute();
}

/**
 * Ends the alerts of users whose last key an operator has taken away by hand; their workflows are found overdue.
 * @returns how many users were looked at
 */
export async function endAlertsOfLostKeys(db: Kysely<Database>, limit: number): Promise<number> {
  const users = await db.selectFrom('keys_lost').select('user_id').orderBy('at').limit(limit).execute();
  for (const { user_id } of users) await endWithLastKey(db, user_id, async () => true);
  return users.length;
}

/**
 * Pending deliveries whose next attempt is long overdue are to be woken again: their workflow may be gone.
 * What merely queues in a burst is younger; a workflow that was terminated is found sooner by other means.
 * @returns how many
 */
export async function rewakeOverdueDeliveries(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql`
    with overdue as materialized (
      select id from deliveries
      where status = 'pending'
        and next_attempt_at < now() - interval '5 minutes' and woken_at < now() - interval '5 minutes'
      order by id for no key update skip locked
    )
    update deliveries as d set woken_at = null from overdue where d.id = overdue.id
    returning d.id`.execute(db);
  return rows.length;
}

/**
 * Closes attempts that began so long ago that nobody can be making them any longer, of deliveries that are over: their sender
 * died, and no further attempt comes to say so.
 * @returns how many
 */
export async function closeLostAttempts(db: Kysely<Database>, olderThanMs: number): Promise<number> {
  const { rows } = await sql`
    with lost as materialized (
      select t.delivery_id, t.number
      from attempts as t join deliveries as d on d.id = t.delivery_id
      where t.outcome is null and d.status <> 'pending'
        and t.started_at < now() - make_interval(secs => ${olderThanMs / 1000})
      order by t.delivery_id, t.number for no key update of t skip locked
    )
    update attempts as t set outcome = 'unknown', ended_at = now(), error = ${INTERRUPTED}
    from lost where t.delivery_id = lost.delivery_id and t.number = lost.number
    returning t.number`.execute(db);
  return rows.length;
}

/**
 * Makes what these workflows looked after due at once: an alert's check if it waits, its delivery if one is owed, and a
 * delivery with a workflow of its own.
 */
export async function makeDue(
  db: Kysely<Database>,
  { alertIds, deliveryIds }: { alertIds: string[]; deliveryIds: string[] },
): Promise<void> {
  if (alertIds.length + deliveryIds.length === 0) return;
  // Rows that somebody else holds are left to the next runs, which get the same list: no order fits all who hold several.
  await sql`
    with waiting as materialized (
      select id from alerts
      where id = any(${alertIds}::uuid[]) and status in ('active', 'paused')
      order by id for no key update skip locked
    )
    update alerts as a set next_check_at = now() - make_interval(secs => ${GRACE_S + 1})
    from waiting where a.id = waiting.id`.execute(db);
  await sql`
    with owed as materialized (
      select id from deliveries as d
      where status = 'pending' and (
        id = any(${deliveryIds})
        -- Of one that delivers by children, it may not have begun them yet.
        or (alert_id = any(${alertIds}::uuid[]) and ${carrier} in ('alert-' || alert_id, 'delivery-' || id))
      )
      order by id for no key update skip locked
    )
    update deliveries as d set woken_at = null from owed where d.id = owed.id`.execute(db);
}
