import { type Kysely, sql } from 'kysely';
import type { AlertStatus, Condition } from '../domain/alert';
import type { Market } from '../domain/quote';
import { lockForArming } from './publish-lock';
import type { Database } from './schema';

export interface NewAlert {
  userId: string;
  market: Market;
  ticker: string;
  condition: Condition;
  /** As `toDecimal` writes it. */
  targetPrice: string;
  webhookUrl: string;
}

export interface AlertRow {
  id: string;
  ticker: string;
  target_price: string;
  condition: Condition;
  webhook_url: string;
  status: AlertStatus;
  created_at: Date;
  triggered_at: Date | null;
  triggered_price: string | null;
}

/** An alert as its owner knows it: a deleted one is nobody's. */
export interface OwnAlert {
  id: string;
  userId: string;
  market: Market;
}

const LIST_CAP = 1_000;

const COLUMNS = [
  'id',
  'ticker',
  'target_price',
  'condition',
  'webhook_url',
  'status',
  'created_at',
  'triggered_at',
  'triggered_price',
] as const;

/**
 * Stores an alert that comes true at the first quote published after this one's commit, or already under way.
 * @returns undefined when an identical alert is active
 */
export async function insertAlert(db: Kysely<Database>, alert: NewAlert): Promise<AlertRow | undefined> {
  return db
    .transaction()
    .setIsolationLevel('read committed')
    .execute(async (trx) => {
      await lockForArming(trx, alert.market);
      const lastSeq = sql<string>`coalesce(
        (select max(seq) from quotes where market = ${alert.market} and ticker = ${alert.ticker}), 0)`;
      return (await trx
        .insertInto('alerts')
        .values({
          user_id: alert.userId,
          market: alert.market,
          ticker: alert.ticker,
          condition: alert.condition,
          target_price: alert.targetPrice,
          webhook_url: alert.webhookUrl,
          armed_seq: lastSeq,
          checked_seq: lastSeq,
          // Its workflow looks at once; only where none was started does reconciliation find it overdue.
          next_check_at: sql<Date>`now()`,
        })
        .onConflict((conflict) =>
          conflict
            .columns(['user_id', 'market', 'ticker', 'condition', 'target_price'])
            .where(sql<boolean>`status = 'active'`)
            .doNothing(),
        )
        .returning(COLUMNS)
        .executeTakeFirst()) as AlertRow | undefined;
    });
}

const ownAlerts = (db: Kysely<Database>, owner: { userId: string; market: Market }) =>
  db
    .selectFrom('alerts')
    .select(COLUMNS)
    .where('user_id', '=', owner.userId)
    .where('market', '=', owner.market)
    .where('status', '<>', 'deleted')
    // Said to the compiler: the line above leaves no deleted ones.
    .$castTo<AlertRow>();

/** A user's alerts in a market, the newest first, 1,000 at most. */
export async function listAlerts(
  db: Kysely<Database>,
  owner: { userId: string; market: Market },
): Promise<AlertRow[]> {
  return ownAlerts(db, owner).orderBy('created_at', 'desc').orderBy('id', 'desc').limit(LIST_CAP).execute();
}

/** One of a user's alerts; undefined for an unknown one, another user's and a deleted one alike. */
export async function findAlert(
  db: Kysely<Database>,
  { id, ...owner }: OwnAlert,
): Promise<AlertRow | undefined> {
  return ownAlerts(db, owner).where('id', '=', id).executeTakeFirst();
}

/**
 * Deletes an alert and cancels what it still owes; no attempt begins after the commit.
 * @returns false where there is nothing to delete
 */
export async function deleteAlert(db: Kysely<Database>, alert: OwnAlert): Promise<boolean> {
  return db
    .transaction()
    .setIsolationLevel('read committed')
    .execute(async (trx) => {
      const deleted = await trx
        .updateTable('alerts')
        .set({ status: 'deleted', updated_at: sql<Date>`now()` })
        .where('id', '=', alert.id)
        .where('user_id', '=', alert.userId)
        .where('market', '=', alert.market)
        .where('status', '<>', 'deleted')
        .executeTakeFirst();
      if (deleted.numUpdatedRows === 0n) return false;
      // A second statement, since it must see a delivery whose claim the first one waited for.
      await trx
        .updateTable('deliveries')
        .set({ status: 'cancelled', next_attempt_at: null })
        .where('alert_id', '=', alert.id)
        .where('status', '=', 'pending')
        .execute();
      return true;
    });
}
