import { type Kysely, sql, type Transaction } from 'kysely';
import type { Market } from '../domain/quote';
import { armed } from '../domain/rule-watch';
import { cancelOwed } from './alert-ends';
import {
  ALERT_COLUMNS,
  type AlertRefusal,
  type AlertRow,
  countAlerts,
  type OwnAlert,
  ownAlerts,
  type RuleAlert,
} from './alerts';
import { lockForArming } from './publish-lock';
import type { Database } from './schema';
import { lastValue } from './series';
import { lockUser } from './user-lock';
import { type NewWatch, readWatch, storeWatches } from './watches';

export interface NewRuleAlert extends RuleAlert {
  userId: string;
  market: Market;
  /** How many alerts the user may have active at once. */
  maxActive: number;
}

/** Stores an alert with a rule, which is looked at from the first quote on that is published after this transaction's commit. */
export async function insertRuleAlert(
  trx: Transaction<Database>,
  alert: NewRuleAlert,
): Promise<AlertRow | { refusal: AlertRefusal }> {
  const { userId, market, maxActive } = alert;
  // Takes the locks of arming, as for plain alerts.
  const { rows } = await sql<{ has_key: boolean; active_count: string; last_seq: string }>`
    select has_key, active_count, last_seq from arm_alert(${userId}, ${market}, ${alert.ticker}, true)`.execute(
    trx,
  );
  const { has_key, active_count, last_seq } = rows[0] as (typeof rows)[0];
  if (!has_key) return { refusal: 'no key' };
  if (Number(active_count) >= maxActive) return { refusal: 'full' };
  const made = await trx
    .insertInto('alerts')
    .values({
      ...{ user_id: userId, market, ticker: alert.ticker },
      ...columnsOf(alert),
      ...{ armed_seq: last_seq, checked_seq: last_seq, next_check_at: sql<Date>`now()` },
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning(ALERT_COLUMNS)
    .$castTo<AlertRow>()
    .executeTakeFirst();
  if (made === undefined) return { refusal: 'identical' };
  await arm(trx, made, market, alert);
  return made;
}

/** Why an alert with a rule was not changed, beside those of plain ones. */
export type RuleChangeRefusal = 'unknown' | 'fired' | 'expired' | Exclude<AlertRefusal, 'no key'>;

/**
 * Changes, pauses or resumes an alert into one with a rule, whatever it was. It begins anew where it waits for something else than
 * before, or was paused; what it has fired stays counted.
 * @param decide what it is to become, from what it is; called with the row locked, and may throw to leave all as it was
 */
export async function changeRuleAlert(
  db: Kysely<Database>,
  own: OwnAlert,
  maxActive: number,
  decide: (row: AlertRow) => { wish: RuleAlert; paused: boolean },
): Promise<{ alert: AlertRow } | { refusal: RuleChangeRefusal }> {
  const { market, userId } = own;
  try {
    return await db
      .transaction()
      .setIsolationLevel('read committed')
      .execute(async (trx) => {
        await lockForArming(trx, market);
        await lockUser(trx, userId);
        const row = await ownAlerts(trx, own).where('id', '=', own.id).forNoKeyUpdate().executeTakeFirst();
        if (row === undefined) return { refusal: 'unknown' as const };
        if (row.status === 'fired' || row.status === 'expired') return { refusal: row.status };
        const { wish, paused } = decide(row);
        const status = paused ? 'paused' : 'active';
        if (status !== row.status && (await countAlerts(trx, own, status)) >= maxActive)
          return { refusal: 'full' as const };
        if (paused && row.status === 'active') await cancelOwed(trx, sql`alert_id = ${own.id}`);
        const goesOn = status === row.status && row.rule_key === wish.ruleKey;
        const alert = await trx
          .updateTable('alerts')
          .set({
            ...columnsOf(wish),
            ...{ status, updated_at: sql<Date>`now()`, next_check_at: sql<Date>`now()` },
            suspended_at: goesOn ? row.suspended_at : null,
          })
          .where('id', '=', own.id)
          .returning(ALERT_COLUMNS)
          .$castTo<AlertRow>()
          .executeTakeFirstOrThrow();
        const state = goesOn ? await readWatch(trx, own.id) : undefined;
        if (state !== undefined) await storeWatches(trx, market, [{ ...alert, ...wish, state }]);
        else if (!paused) await arm(trx, alert, market, wish);
        return { alert };
      });
  } catch (error) {
    if ((error as { constraint?: string } | undefined)?.constraint === 'alerts_identical_rule')
      return { refusal: 'identical' };
    throw error;
  }
}

async function arm(
  trx: Transaction<Database>,
  row: AlertRow,
  market: Market,
  wish: RuleAlert,
): Promise<void> {
  const value = await lastValue(trx, market, { ticker: row.ticker, metric: wish.rule.metric });
  await storeWatches(trx, market, [armedWatch(row, wish, value)]);
}

/**
 * How an alert is watched that begins, or begins again.
 * @param value the metric's last one, if it is known
 */
export function armedWatch(
  {
    id,
    ticker,
    firing_number,
    triggered_at,
  }: Pick<AlertRow, 'id' | 'ticker' | 'firing_number' | 'triggered_at'>,
  { rule, snoozedUntil }: Pick<RuleAlert, 'rule' | 'snoozedUntil'>,
  value: number | null,
): NewWatch {
  const before = { firings: firing_number, lastFiredAtMs: triggered_at?.getTime() ?? null };
  return { id, ticker, rule, snoozedUntil, state: armed(rule, value, before) };
}

/** An alert with a rule, as the columns have it. */
export const columnsOf = (alert: RuleAlert) => ({
  condition: alert.condition,
  target_price: alert.targetPrice,
  rule: JSON.stringify(alert.rule),
  rule_key: alert.ruleKey,
  webhook_url: alert.webhookUrl,
  more_urls: alert.moreUrls,
  message: alert.message && JSON.stringify(alert.message),
  headers: alert.headers,
  note: alert.note,
  labels: alert.labels && JSON.stringify(alert.labels),
  events: alert.events,
  expires_at: alert.expiresAt,
  snoozed_until: alert.snoozedUntil,
});
