import { type Kysely, sql } from 'kysely';
import type { AlertEvent, AlertStatus, Condition } from '../domain/alert';
import type { MessageForm } from '../domain/message';
import type { Market } from '../domain/quote';
import type { Rule, RuleCondition } from '../domain/rule';
import { endAlerts } from './alert-ends';
import type { Database } from './schema';

/** An alert that waits for one price and fires once. */
export interface NewAlert {
  userId: string;
  market: Market;
  ticker: string;
  condition: Condition;
  /** As `toDecimal` writes it. */
  targetPrice: string;
  webhookUrl: string;
  /** How many alerts the user may have active at once. */
  maxActive: number;
}

/** What an alert with a rule says; see the columns of `AlertsTable`. */
export interface RuleAlert {
  ticker: string;
  condition: RuleCondition;
  targetPrice: string | null;
  rule: Rule;
  ruleKey: string;
  webhookUrl: string;
  moreUrls: string[];
  message: MessageForm | null;
  /** Sealed. */
  headers: string | null;
  note: string | null;
  labels: Record<string, string> | null;
  events: AlertEvent[];
  expiresAt: Date | null;
  snoozedUntil: Date | null;
}

/** Why an alert is not made active: an identical one is, all places are taken, or its user has no good key left. */
export type AlertRefusal = 'identical' | 'full' | 'no key';

export interface AlertRow {
  id: string;
  ticker: string;
  target_price: string | null;
  condition: RuleCondition;
  webhook_url: string;
  status: AlertStatus;
  created_at: Date;
  triggered_at: Date | null;
  triggered_price: string | null;
  firing_number: number;
  /** Null: a plain alert, and so is all that follows, or it is empty. */
  rule: Rule | null;
  rule_key: string | null;
  user_id: string;
  more_urls: string[];
  message: MessageForm | null;
  /** Sealed. */
  headers: string | null;
  note: string | null;
  labels: Record<string, string> | null;
  events: AlertEvent[];
  expires_at: Date | null;
  snoozed_until: Date | null;
  suspended_at: Date | null;
}

/** An alert as its owner knows it: a deleted one is nobody's. */
export interface OwnAlert {
  id: string;
  userId: string;
  market: Market;
}

/** The columns of an `AlertRow`. */
export const ALERT_COLUMNS = [
  'id',
  'ticker',
  'target_price',
  'condition',
  'webhook_url',
  'status',
  'created_at',
  'triggered_at',
  'triggered_price',
  'firing_number',
  'rule',
  'rule_key',
  'user_id',
  'more_urls',
  'message',
  'headers',
  'note',
  'labels',
  'events',
  'expires_at',
  'snoozed_until',
  'suspended_at',
] as const;

/** Stores an alert that comes true at the first quote published after this one's commit, or already under way. */
export async function insertAlert(
  db: Kysely<Database>,
  alert: NewAlert,
): Promise<AlertRow | { refusal: AlertRefusal }> {
  return (
    (await tryInsertAlert(db, alert, false)) ?? (await tryInsertAlert(db, alert, true)) ?? { refusal: 'full' }
  );
}

interface Tried extends AlertRow {
  has_key: boolean;
  is_full: boolean;
  has_room: boolean;
  inserted: boolean;
}

/**
 * One statement, since every alert pays for it. Not `alone`, a user's alerts are made beside each other, and are refused
 * where those on other connections could take the last places; alone, the last place is given once.
 * @returns undefined where it must be tried alone
 */
export async function tryInsertAlert(
  db: Kysely<Database>,
  alert: NewAlert,
  alone: boolean,
): Promise<AlertRow | { refusal: AlertRefusal } | undefined> {
  const others = alone ? sql`0` : sql`current_setting('max_connections')::int`;
  const { rows } = await sql<Tried>`
    with armed as materialized (
      select has_key, last_seq, active_count >= ${alert.maxActive} as is_full,
        active_count + ${others} < ${alert.maxActive} as has_room
      from arm_alert(${alert.userId}, ${alert.market}, ${alert.ticker}, ${alone})
    ),
    made as (
      insert into alerts (user_id, market, ticker, condition, target_price, webhook_url, armed_seq, checked_seq,
        next_check_at)
      select ${alert.userId}, ${alert.market}, ${alert.ticker}, ${alert.condition}, ${alert.targetPrice},
        ${alert.webhookUrl}, last_seq, last_seq,
        -- Its workflow looks at once; only where none was started does reconciliation find it overdue.
        now()
      from armed where has_key and has_room
      on conflict (user_id, market, ticker, condition, target_price) where status = 'active' and rule is null do nothing
      returning ${sql.join(ALERT_COLUMNS.map((column) => sql.ref(column)))}
    )
    select has_key, is_full, has_room, made.id is not null as inserted, made.*
    from armed left join made on true`.execute(db);
  const { has_key, is_full, has_room, inserted, ...made } = rows[0] as Tried;
  if (inserted) return made;
  if (!has_key) return { refusal: 'no key' };
  if (is_full) return { refusal: 'full' };
  return has_room ? { refusal: 'identical' } : undefined;
}

/** A user's alerts in a market, but for deleted ones. */
export const ownAlerts = (db: Kysely<Database>, owner: { userId: string; market: Market }) =>
  db
    .selectFrom('alerts')
    .select(ALERT_COLUMNS)
    .where('user_id', '=', owner.userId)
    .where('market', '=', owner.market)
    .where('status', '<>', 'deleted')
    // Said to the compiler: the line above leaves no deleted ones.
    .$castTo<AlertRow>();

/** How many of a user's alerts in a market have this status. */
export async function countAlerts(
  db: Kysely<Database>,
  owner: { userId: string; market: Market },
  status: AlertStatus,
): Promise<number> {
  const { count } = await ownAlerts(db, owner)
    .where('status', '=', status)
    .clearSelect()
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
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
      const { ended } = await endAlerts(
        trx,
        sql`id = ${alert.id} and user_id = ${alert.userId} and market = ${alert.market}`,
      );
      return ended > 0;
    });
}
