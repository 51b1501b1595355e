import type { Kysely } from 'kysely';
import { type AlertRefusal, type AlertRow, insertAlert, type NewAlert } from '../db/alerts';
import { insertRuleAlert, type NewRuleAlert } from '../db/rule-alerts';
import type { Database } from '../db/schema';
import type { Condition } from '../domain/alert';
import { sealHeaders } from '../webhooks/own-headers';
import type { AlertWish } from './alert-wish';
import type { ApiDeps } from './deps';
import { type FieldError, validationError } from './errors';

/** What is stored of an alert that a user wants, plain or with a rule. */
export function newAlertOf(
  { box, config }: Pick<ApiDeps, 'box' | 'config'>,
  userId: string,
  wish: AlertWish,
): NewAlert | NewRuleAlert {
  const owner = { userId, market: config.market, maxActive: config.maxAlertsPerUser };
  const { rule, ruleKey, targetPrice, condition, ticker, webhookUrl } = wish;
  if (rule !== null && ruleKey !== null)
    return {
      ...owner,
      ...wish,
      ...{ rule, ruleKey, headers: wish.headers && sealHeaders(box, wish.headers, userId) },
    };
  return {
    ...owner,
    ...{ ticker, webhookUrl, condition: condition as Condition, targetPrice: targetPrice as string },
  };
}

/** Stores an alert, plain or with a rule. */
export async function storeAlert(
  db: Kysely<Database>,
  alert: NewAlert | NewRuleAlert,
): Promise<AlertRow | { refusal: AlertRefusal }> {
  if (!('rule' in alert)) return insertAlert(db, alert);
  return db
    .transaction()
    .setIsolationLevel('read committed')
    .execute((trx) => insertRuleAlert(trx, alert));
}

/** What is wrong with an alert's times by now. */
export function timeFaults({ expiresAt }: Pick<AlertWish, 'expiresAt'>): FieldError[] {
  return expiresAt !== null && expiresAt.getTime() <= Date.now()
    ? [{ path: 'expires_at', message: 'Must be a time in the future' }]
    : [];
}

/** @throws ApiError 422 where an alert would be over at once */
export function assertTimely(wish: Pick<AlertWish, 'expiresAt'>): void {
  const faults = timeFaults(wish);
  if (faults.length > 0) throw validationError(faults);
}
