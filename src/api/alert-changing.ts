import { type ChangeRefusal, changeAlert } from '../db/alert-changes';
import { type AlertRow, findAlert, type OwnAlert } from '../db/alerts';
import { changeRuleAlert, type RuleChangeRefusal } from '../db/rule-alerts';
import { isExhausted } from '../domain/rule-watch';
import { sealHeaders } from '../webhooks/own-headers';
import { inputOf } from './alert-answers';
import type { AlertChangeInput } from './alert-body';
import { changedInput, plainChangeOf } from './alert-change';
import { assertTimely } from './alert-making';
import { problemsOf, type RuleWish, ruleWishOf } from './alert-wish';
import { originOf } from './allowed-urls';
import type { ApiDeps } from './deps';
import { validationError } from './errors';

/**
 * Changes an alert as its user wants it; a plain one stays plain for as long as its changes let it.
 * @throws ApiError 422 where what it would become is none
 */
export async function changeOwnAlert(
  { db, box, config }: Pick<ApiDeps, 'db' | 'box' | 'config'>,
  own: OwnAlert,
  change: AlertChangeInput,
): Promise<{ alert: AlertRow; changed: boolean } | { refusal: ChangeRefusal | RuleChangeRefusal }> {
  const { maxAlertsPerUser: maxActive } = config;
  const before = await findAlert(db, own);
  if (before === undefined) return { refusal: 'unknown' };
  const plain = before.rule === null ? plainChangeOf(change) : undefined;
  if (plain !== undefined) {
    const result = await changeAlert(db, own, plain, maxActive);
    if ('refusal' in result || result.alert.rule === null) return result;
  }
  const result = await changeRuleAlert(db, own, maxActive, (row) => {
    const input = changedInput(inputOf(row), change);
    const problems = problemsOf(input);
    if (problems.length > 0) throw validationError(problems);
    const wish = ruleWishOf(input);
    assertTimely(wish);
    assertMayFire(row, wish);
    return {
      wish: { ...wish, headers: changedHeaders(box, row, wish, change) },
      paused: change.paused ?? row.status === 'paused',
    };
  });
  return 'refusal' in result ? result : { ...result, changed: true };
}

/** @throws ApiError 422 where an alert would wait for ever, since it has fired as often as it would be let */
function assertMayFire({ firing_number: firings }: AlertRow, { rule }: RuleWish): void {
  if (!isExhausted(rule, { firings })) return;
  const often = `${firings} ${firings === 1 ? 'time' : 'times'}`;
  throw validationError([
    {
      path: 'repeat',
      message: `It has fired ${often} already: let it fire more often, or make another alert`,
    },
  ]);
}

/** @throws ApiError 422 where headers that may hold secrets would go to a host that they were not given for */
function changedHeaders(
  box: ApiDeps['box'],
  row: AlertRow,
  wish: RuleWish,
  { headers }: AlertChangeInput,
): string | null {
  if (headers !== undefined) return headers && sealHeaders(box, headers, row.user_id);
  // Of the same scheme, too: what goes over https is nobody else's to read.
  const known = new Set([row.webhook_url, ...row.more_urls].map(originOf));
  if (row.headers === null || [wish.webhookUrl, ...wish.moreUrls].every((url) => known.has(originOf(url))))
    return row.headers;
  const message = 'Give them anew, or null: they are not sent to another host unless you say so';
  throw validationError([{ path: 'headers', message }]);
}
