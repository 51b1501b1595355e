import { type Kysely, sql, type Transaction } from 'kysely';
import type { Condition } from '../domain/alert';
import {
  ALERT_COLUMNS,
  type AlertRefusal,
  type AlertRow,
  countAlerts,
  findAlert,
  type OwnAlert,
} from './alerts';
import { lockForArming } from './publish-lock';
import type { Database } from './schema';
import { lockUser } from './user-lock';

/** What is not named stays as it is. */
export interface AlertChange {
  /** As `toDecimal` writes it. */
  targetPrice?: string;
  condition?: Condition;
  webhookUrl?: string;
  paused?: boolean;
}

/** Why an alert was not changed: there is none, it has fired, or what it would become is refused. */
export type ChangeRefusal = 'unknown' | 'fired' | Exclude<AlertRefusal, 'no key'>;

/**
 * Changes, pauses or resumes an alert that has not fired; one that watches afterwards comes true at the next quote at the
 * soonest. A change to what is the case already is none: it arms nothing anew.
 * @param maxActive how many alerts the user may have active at once, and as many paused
 */
export async function changeAlert(
  db: Kysely<Database>,
  own: OwnAlert,
  change: AlertChange,
  maxActive: number,
): Promise<{ alert: AlertRow; changed: boolean } | { refusal: ChangeRefusal }> {
  try {
    return await db
      .transaction()
      .setIsolationLevel('read committed')
      .execute(async (trx) => {
        await lockForArming(trx, own.market);
        await lockUser(trx, own.userId);
        return await changeLocked(trx, own, change, maxActive);
      });
  } catch (error) {
    if (isIdentical(error)) return { refusal: 'identical' };
    throw error;
  }
}

async function changeLocked(
  trx: Transaction<Database>,
  own: OwnAlert,
  change: AlertChange,
  maxActive: number,
): Promise<{ alert: AlertRow; changed: boolean } | { refusal: ChangeRefusal }> {
  const wished = {
    target_price: change.targetPrice,
    condition: change.condition,
    webhook_url: change.webhookUrl,
    status: change.paused === undefined ? undefined : change.paused ? 'paused' : 'active',
  } as const;
  const { status } = wished;
  const isFull = status !== undefined && (await countAlerts(trx, own, status)) >= maxActive;
  const named = Object.entries(wished).filter(([, value]) => value !== undefined);
  const lastSeq = sql<string>`coalesce(
    (select max(seq) from quotes as q where q.market = alerts.market and q.ticker = alerts.ticker), 0)`;
  // The conditions hold for the newest version of the row: of a change and a claim, one wins.
  let update = trx
    .updateTable('alerts')
    .set({
      ...wished,
      armed_seq: lastSeq,
      checked_seq: lastSeq,
      next_check_at: sql<Date>`now()`,
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', own.id)
    .where('user_id', '=', own.userId)
    .where('market', '=', own.market)
    .where('status', 'in', ['active', 'paused'])
    .where('rule', 'is', null)
    .where(({ eb, or }) =>
      or(named.map(([column, value]) => eb(column as keyof typeof wished, '<>', value as never))),
    );
  if (isFull) update = update.where('status', '=', status);
  const changed = await update.returning(ALERT_COLUMNS).$castTo<AlertRow>().executeTakeFirst();
  if (changed !== undefined) return { alert: changed, changed: true };
  const alert = await findAlert(trx, own);
  if (alert === undefined) return { refusal: 'unknown' };
  if (alert.status === 'fired') return { refusal: 'fired' };
  if (isFull && alert.status !== status) return { refusal: 'full' };
  return { alert, changed: false };
}

/** The unique index of identical active alerts said no. */
const isIdentical = (error: unknown) =>
  (error as { constraint?: string } | undefined)?.constraint === 'alerts_identical';
