import { type Kysely, sql, type Transaction } from 'kysely';
import type { AlertEvent, AlertStatus } from '../domain/alert';
import type { Market } from '../domain/quote';
import { byChildren } from './alert-workflow-kind';
import type { Database } from './schema';
import { type AddressedRule, addressed } from './watches';

/** An alert with a rule as its workflow's look sees it. */
export interface CheckedRule extends AddressedRule {
  market: Market;
  status: AlertStatus | 'deleted';
  /** Another one after every change of the alert. */
  version: string;
  firingNumber: number;
  events: AlertEvent[];
  expiresAt: Date | null;
  hasExpired: boolean;
  /** Whether its workflow is to be `watchAlert`. */
  byChildren: boolean;
  /** Whether a tick may still make something of it: of one that has fired, that its condition ends. */
  isWatched: boolean;
  lastValue: number | null;
}

/** Reads an alert with a rule; undefined where there is none. */
export async function readRule(db: Kysely<Database>, alertId: string): Promise<CheckedRule | undefined> {
  const { rows } = await sql<CheckedRule>`
    select ${checked}, w.alert_id is not null as "isWatched", (w.state ->> 'value')::float8 as "lastValue"
    from alerts as a left join watches as w on w.alert_id = a.id
    where a.id = ${alertId} and a.rule is not null`.execute(db);
  return rows[0];
}

const checked = sql`
  ${addressed}, a.market, a.status, a.updated_at::text as version, a.firing_number as "firingNumber", a.events,
  a.expires_at as "expiresAt", coalesce(a.expires_at <= now(), false) as "hasExpired", ${byChildren} as "byChildren"`;

/** The newest messages that an alert owes and that are its workflow's to have delivered. */
export async function owedBy(db: Kysely<Database>, alertId: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from deliveries
    where alert_id = ${alertId} and status = 'pending' and carrier = 'delivery-' || id
    order by created_at desc, id limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/**
 * Has an alert expire whose time has come.
 * @returns the alert, as it was; undefined where somebody else was first, or it is over
 */
export async function expireRule(
  trx: Transaction<Database>,
  alertId: string,
): Promise<Omit<CheckedRule, 'isWatched' | 'lastValue'> | undefined> {
  const { rows } = await sql<CheckedRule>`
    update alerts as a set status = 'expired', updated_at = now(), next_check_at = now()
    where a.id = ${alertId} and a.rule is not null and a.status in ('active', 'paused') and a.expires_at <= now()
    returning ${checked}`.execute(trx);
  return rows[0];
}

/** From its expiry on, nothing becomes of an alert that has fired for the last time, not even that its condition ends. */
export async function endFiredWatch(trx: Transaction<Database>, alertId: string): Promise<void> {
  await sql`
    delete from watches as w using alerts as a
    where w.alert_id = ${alertId} and a.id = w.alert_id and a.status = 'fired' and a.expires_at <= now()`.execute(
    trx,
  );
}
