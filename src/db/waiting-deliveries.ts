import { type Kysely, sql } from 'kysely';
import type { DeliveryStatus } from '../domain/delivery';
import { carrier } from './carrier';
import type { Owner } from './reopening';
import type { Database } from './schema';

/** A delivery and the workflow that makes it. */
export interface Carrier {
  id: string;
  alertId: string | null;
  workflowId: string;
}

interface Found extends Carrier {
  status: DeliveryStatus;
  isOpen: boolean;
  done: boolean;
}

export type WaitingResult = Carrier | { refusal: 'over' | 'attempt open' };

/**
 * Makes the next attempt of one of a user's waiting deliveries due now; its workflow is to be told.
 * @returns undefined where the user has no such delivery; a refusal where it is over, or an attempt is under way
 */
export async function makeDueNow(
  db: Kysely<Database>,
  deliveryId: string,
  owner: Owner,
): Promise<WaitingResult | undefined> {
  return change(
    db,
    deliveryId,
    owner,
    sql`next_attempt_at = now(), next_cause = 'user', woken_at = null`,
    sql`not found.is_open`,
  );
}

/** Whether a user wants the next attempt of a delivery now, and none has begun since. */
export async function isHurried(db: Kysely<Database>, deliveryId: string): Promise<boolean> {
  const { rows } = await sql`
    select from deliveries as d
    where d.id = ${deliveryId} and d.status = 'pending' and d.next_cause = 'user'
      and not exists (select from attempts where delivery_id = d.id and outcome is null)`.execute(db);
  return rows.length > 0;
}

/**
 * Cancels one of a user's waiting deliveries: no attempt begins afterwards, one that is under way may still arrive.
 * @returns undefined where the user has no such delivery; a refusal where it is over
 */
export async function cancelDelivery(
  db: Kysely<Database>,
  deliveryId: string,
  owner: Owner,
): Promise<WaitingResult | undefined> {
  return change(db, deliveryId, owner, sql`status = 'cancelled', next_attempt_at = null`, sql`true`);
}

/** One statement under the row's lock, which every attempt takes before it begins. */
async function change(
  db: Kysely<Database>,
  deliveryId: string,
  owner: Owner,
  set: ReturnType<typeof sql>,
  allowed: ReturnType<typeof sql>,
): Promise<WaitingResult | undefined> {
  return db
    .transaction()
    .setIsolationLevel('read committed')
    .execute(async (trx) => {
      // A statement of its own, since the next one must see an attempt whose begin this one waited for.
      await sql`select from deliveries where id = ${deliveryId} for no key update`.execute(trx);
      const { rows } = await sql<Found>`
        with found as (
          select d.id, d.alert_id, ${carrier} as workflow_id, d.status,
            exists (select from attempts where delivery_id = d.id and outcome is null) as is_open
          from deliveries as d
          where d.id = ${deliveryId} and d.user_id = ${owner.userId} and d.market = ${owner.market}
        ),
        changed as (
          update deliveries as d set ${set}
          from found where d.id = found.id and found.status = 'pending' and ${allowed}
          returning d.id
        )
        select found.id, found.alert_id as "alertId", found.workflow_id as "workflowId", found.status, found.is_open as "isOpen",
          changed.id is not null as done
        from found left join changed on true`.execute(trx);
      const found = rows[0];
      if (found === undefined) return undefined;
      const { id, alertId, workflowId } = found;
      if (found.done) return { id, alertId, workflowId };
      return { refusal: found.status === 'pending' ? 'attempt open' : 'over' };
    });
}
