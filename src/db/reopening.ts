import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DeliveryStatus } from '../domain/delivery';
import type { Market } from '../domain/quote';
import { carrier } from './carrier';
import type { Database } from './schema';

/** A user's deliveries in a market. */
export interface Owner {
  userId: string;
  market: Market;
}

/** What a round begins with: its own count of attempts, and its first one due at once. */
const newRound = sql`
  status = 'pending', next_attempt_at = now(), round_started_at = now(),
  made_before = (select coalesce(max(number), 0) from attempts where delivery_id = d.id)`;

/** Locks the alerts of these deliveries first, as everywhere, and leaves out those of deleted ones. */
function ofLivingAlerts(which: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    wanted as materialized (select d.id, d.alert_id from deliveries as d where ${which}),
    living as materialized (
      select id from alerts where id in (select alert_id from wanted) and status <> 'deleted'
      order by id for no key update
    ),
    locked as materialized (
      select d.id from deliveries as d join wanted as w on w.id = d.id
      where (d.alert_id is null or d.alert_id in (select id from living))
      order by d.id for no key update of d
    )`;
}

/**
 * Opens a delivery that was over before an operator reset this run for one more round, in this very workflow; once for each
 * reset. What this run has itself brought to an end, and what a user has cancelled, stays as it is.
 * @returns whether it did
 */
export async function reopenForOperator(
  db: Kysely<Database>,
  deliveryId: string,
  run: { workflowId: string; runId: string },
): Promise<boolean> {
  const { rows } = await sql`
    with ${ofLivingAlerts(sql`d.id = ${deliveryId}`)}
    update deliveries as d set ${newRound}, next_cause = 'operator', reopened_by = ${run.runId},
      carrier = ${run.workflowId}
    from locked
    where d.id = locked.id and d.status in ('delivered', 'failed') and d.reopened_by is distinct from ${run.runId}
      and not exists (select from attempts where delivery_id = d.id and run_id = ${run.runId})
    returning d.id`.execute(db);
  return rows.length > 0;
}

export interface Reopened {
  /** The workflow that is to make it. */
  workflowId: string;
}

const forUser = sql`${newRound}, round = d.round + 1, carrier = null, next_cause = 'user', woken_at = null`;

/**
 * Opens one of a user's deliveries that is over for one more round, in a workflow of its own.
 * @returns undefined where the user has no such delivery; a refusal where it is not over, or its alert was deleted
 */
export async function reopenForUser(
  db: Kysely<Database>,
  deliveryId: string,
  owner: Owner,
): Promise<Reopened | { refusal: 'pending' | 'alert deleted' } | undefined> {
  const { rows } = await sql<Reopened>`
    with ${ofLivingAlerts(sql`d.id = ${deliveryId} and d.user_id = ${owner.userId} and d.market = ${owner.market}`)}
    update deliveries as d set ${forUser}
    from locked where d.id = locked.id and d.status <> 'pending'
    returning ${carrier} as "workflowId"`.execute(db);
  if (rows[0] !== undefined) return rows[0];
  const status = await statusOf(db, deliveryId, owner);
  if (status === undefined) return undefined;
  return { refusal: status === 'pending' ? 'pending' : 'alert deleted' };
}

/** As many as one call opens: a caller with more asks again. */
export const MOST_RECOVERED = 10_000;

/** One call makes thousands of requests to somebody's server; what fails every time must not be sent there for ever. */
export const MOST_ROUNDS = 20;

/**
 * Opens a user's deliveries that failed or were skipped, of those created from `since` until before `until`, oldest first,
 * `MOST_RECOVERED` at most. Tests are left out, and what was made again `MOST_ROUNDS` times.
 * @returns how many
 */
export async function recoverFailed(
  db: Kysely<Database>,
  owner: Owner,
  span: { since: Date; until: Date },
): Promise<number> {
  return reopenAll(
    db,
    sql`d.user_id = ${owner.userId} and d.market = ${owner.market} and d.status in ('failed', 'skipped')
      and d.type <> 'webhook.test' and d.round < ${MOST_ROUNDS}
      and d.created_at >= ${span.since} and d.created_at < ${span.until}`,
  );
}

/** Opens deliveries that `which` (a condition on `deliveries` as `d`) names, `MOST_RECOVERED` at most, oldest first. */
export async function reopenAll(db: Kysely<Database>, which: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql`
    with ${ofLivingAlerts(sql`d.id in (
      select d.id from deliveries as d left join alerts as a on a.id = d.alert_id
      where ${which} and a.status is distinct from 'deleted' order by d.created_at limit ${MOST_RECOVERED}
    )`)}
    update deliveries as d set ${forUser}
    from locked where d.id = locked.id and d.status in ('failed', 'skipped')
    returning d.id`.execute(db);
  return rows.length;
}

async function statusOf(
  db: Kysely<Database>,
  deliveryId: string,
  owner: Owner,
): Promise<DeliveryStatus | undefined> {
  const row = await db
    .selectFrom('deliveries')
    .select('status')
    .where('id', '=', deliveryId)
    .where('user_id', '=', owner.userId)
    .where('market', '=', owner.market)
    .executeTakeFirst();
  return row?.status;
}
