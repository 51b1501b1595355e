import { changeAlert } from '../db/alert-changes';
import { type ListedAlert, listAlerts } from '../db/alert-list';
import {
  type AlertRefusal,
  type AlertRow,
  deleteAlert,
  findAlert,
  insertAlert,
  type NewAlert,
  type OwnAlert,
} from '../db/alerts';
import { type Before, findAnswer, insertAlertOnce } from '../db/idempotency';
import { changeRuleAlert, insertRuleAlert, type NewRuleAlert } from '../db/rule-alerts';
import type { Condition } from '../domain/alert';
import { sampleMessage } from '../webhooks/message';
import { sealHeaders } from '../webhooks/own-headers';
import { alertAnswer, inputOf } from './alert-answers';
import { type AlertChangeInput, alertChangeSchema, newAlertSchema } from './alert-body';
import { changedInput, plainChangeOf } from './alert-change';
import { type AlertWish, problemsOf, type RuleWish, ruleWishOf, wishOf } from './alert-wish';
import type { AlertAnswer, AlertDetailsAnswer } from './answers';
import { authenticate, invalidKey } from './auth';
import { readBody } from './body';
import type { ApiContext, ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { type ApiError, httpError, validationError } from './errors';
import { idempotencyKey, requestHash } from './idempotency';
import { isUuid } from './ids';
import { linkToNext } from './pages';
import { readQuery } from './parse';
import { limit } from './rate-limit';
import { alertListSchema } from './schemas';

/** The same for an unknown alert, another user's, a deleted one and what is no id at all. */
export function alertNotFound(): ApiError {
  return httpError(404, 'Alert not found');
}

/** Making, reading, changing and deleting alerts. */
export function addAlertRoutes(router: ApiRouter, deps: ApiDeps): void {
  const { db, workflows, box } = deps;
  const { market, maxAlertsPerUser: maxActive, tickers } = deps.config;
  const schema = newAlertSchema(tickers);
  const changeSchema = alertChangeSchema(tickers);
  const listSchema = alertListSchema(tickers);
  const guard = (route: string) =>
    [authenticate(deps), limit(deps, { route, tokens: 5, by: 'user' })] as const;

  router.post('/alerts', ...guard('POST /alerts'), async (ctx) => {
    const key = idempotencyKey(ctx);
    const input = await readBody(ctx, schema);
    const { userId } = ctx.state;
    const once = key === undefined ? undefined : { userId, key, requestHash: requestHash(market, input) };
    // Before the URL is looked at: what was answered once is answered again, whatever the URL leads to by now.
    const before = once && (await findAnswer(db, once));
    if (before !== undefined) return answerAgain(ctx, before);
    const wish = wishOf(input);
    assertTimely(wish);
    for (const url of [wish.webhookUrl, ...wish.moreUrls]) await assertAllowed(deps, url);
    const alert = { userId, market, maxActive, ...newAlertOf(wish, userId) };
    const made = await (once === undefined
      ? insert(alert)
      : insertAlertOnce(db, alert, once, (row) => JSON.stringify(answerOf(row))));
    if ('replayed' in made) return answerAgain(ctx, made);
    if ('refusal' in made) throw refusalError(made.refusal, maxActive);
    workflows.start(made.id, ctx.state.requestId);
    ctx.status = 201;
    ctx.body = answerOf(made);
  });

  router.get('/alerts', ...guard('GET /alerts'), async (ctx) => {
    const { cursor, details, ...filter } = readQuery(ctx, listSchema);
    const page = await listAlerts(db, { ...filter, userId: ctx.state.userId, market, after: cursor });
    linkToNext(ctx, '/alerts/', page.next);
    ctx.body = page.alerts.map(details ? alertDetails : (alert) => alertAnswer(alert, box));
  });

  const alertDetails = (alert: ListedAlert): AlertDetailsAnswer => ({
    ...alertAnswer(alert, box),
    next_check_at: alert.next_check_at?.toISOString() ?? null,
    workflow_url: workflows.urlOf(alert.id),
  });

  router.get('/alerts/:id', ...guard('GET /alerts/{id}'), async (ctx) => {
    const alert = await findAlert(db, { id: alertId(ctx), userId: ctx.state.userId, market });
    if (alert === undefined) throw alertNotFound();
    ctx.body = alertAnswer(alert, box);
  });

  router.patch('/alerts/:id', ...guard('PATCH /alerts/{id}'), async (ctx) => {
    const id = alertId(ctx);
    const change = await readBody(ctx, changeSchema);
    for (const url of [change.webhook_url ?? [], change.webhook_urls ?? []].flat())
      await assertAllowed(deps, url);
    const result = await changeIt({ id, userId: ctx.state.userId, market }, change);
    if ('refusal' in result) {
      throw result.refusal === 'unknown'
        ? alertNotFound()
        : conflict(result.refusal, maxActive, change.paused ? 'paused' : 'active');
    }
    if (result.changed) workflows.changed(id, ctx.state.requestId);
    ctx.body = answerOf(result.alert);
  });

  /** Of an alert that was made or changed: with what its messages will look like. */
  function answerOf(alert: AlertRow): AlertAnswer {
    const answer = alertAnswer(alert, box);
    if (alert.message === null) return answer;
    const { body, contentType } = sampleMessage(alert.message, {
      ...answer,
      simulated: market === 'replay' || undefined,
    });
    return { ...answer, message_preview: { body, content_type: contentType ?? 'application/json' } };
  }

  /** What is stored of an alert, plain or with a rule. */
  function newAlertOf(wish: AlertWish, userId: string) {
    const { rule, ruleKey, targetPrice, condition, ticker, webhookUrl } = wish;
    if (rule !== null && ruleKey !== null)
      return { ...wish, rule, ruleKey, headers: wish.headers && sealHeaders(box, wish.headers, userId) };
    return { ticker, webhookUrl, condition: condition as Condition, targetPrice: targetPrice as string };
  }

  /** @throws ApiError 422 where headers that may hold secrets would go to a host that they were not given for */
  function changedHeaders(row: AlertRow, wish: RuleWish, { headers }: AlertChangeInput): string | null {
    if (headers !== undefined) return headers && sealHeaders(box, headers, row.user_id);
    const known = new Set([row.webhook_url, ...row.more_urls].map(hostOf));
    if (row.headers === null || [wish.webhookUrl, ...wish.moreUrls].every((url) => known.has(hostOf(url))))
      return row.headers;
    const message = 'Give them anew, or null: they are not sent to another host unless you say so';
    throw validationError([{ path: 'headers', message }]);
  }

  const insert = (alert: NewAlert | NewRuleAlert) =>
    'rule' in alert
      ? db
          .transaction()
          .setIsolationLevel('read committed')
          .execute((trx) => insertRuleAlert(trx, alert))
      : insertAlert(db, alert);

  /** A plain alert stays one for as long as its changes let it. */
  async function changeIt(own: OwnAlert, change: AlertChangeInput) {
    const before = await findAlert(db, own);
    if (before === undefined) return { refusal: 'unknown' as const };
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
      return {
        wish: { ...wish, headers: changedHeaders(row, wish, change) },
        paused: change.paused ?? row.status === 'paused',
      };
    });
    return 'refusal' in result ? result : { ...result, changed: true };
  }

  router.delete('/alerts/:id', ...guard('DELETE /alerts/{id}'), async (ctx) => {
    const id = alertId(ctx);
    if (!(await deleteAlert(db, { id, userId: ctx.state.userId, market }))) throw alertNotFound();
    workflows.changed(id, ctx.state.requestId);
    ctx.status = 204;
  });
}

const hostOf = (url: string) => new URL(url).host;

/** @throws ApiError 422 where an alert would be over at once */
function assertTimely({ expiresAt }: Pick<AlertWish, 'expiresAt'>): void {
  if (expiresAt !== null && expiresAt.getTime() <= Date.now())
    throw validationError([{ path: 'expires_at', message: 'Must be a time in the future' }]);
}

/** Answers as the request with this key was answered before. */
function answerAgain(ctx: ApiContext, before: Before): void {
  if ('refusal' in before) throw otherRequest();
  ctx.status = 201;
  ctx.set('Idempotency-Replayed', 'true');
  ctx.type = 'json';
  ctx.body = before.replayed;
}

function otherRequest(): ApiError {
  return validationError([
    { path: 'Idempotency-Key', message: 'Was used for another request; take a new key for a new alert' },
  ]);
}

function refusalError(
  refusal: AlertRefusal | 'another request' | 'in progress',
  maxActive: number,
): ApiError {
  if (refusal === 'no key') return invalidKey();
  if (refusal === 'another request') return otherRequest();
  if (refusal === 'in progress')
    return httpError(
      409,
      'A request with this Idempotency-Key is still in progress; send it again for its answer',
    );
  return conflict(refusal, maxActive);
}

function conflict(
  refusal: 'identical' | 'full' | 'fired' | 'expired',
  maxActive: number,
  kind: 'active' | 'paused' = 'active',
): ApiError {
  const why = {
    identical: 'An identical alert is active already',
    full: `You have ${maxActive} ${kind} alerts, as many as are allowed; ${kind === 'active' ? 'delete or pause' : 'delete'} one first`,
    fired: 'The alert has fired and can no longer be changed; make a new one',
    expired: 'The alert has expired and can no longer be changed; make a new one',
  };
  return httpError(409, why[refusal]);
}

/** The id in the path, if it can be one. */
export function alertId(ctx: ApiContext): string {
  const id = ctx.params.id ?? '';
  if (!isUuid(id)) throw alertNotFound();
  return id.toLowerCase();
}

/**
 * Refuses a webhook's URL that the address guard refuses.
 * @throws ApiError 422
 */
export async function assertAllowed({ checkUrl }: ApiDeps, url: string): Promise<void> {
  try {
    await checkUrl(url);
  } catch (error) {
    if (!isUrlError(error)) throw error;
    throw validationError([{ path: 'webhook_url', message: error.message }]);
  }
}

const isUrlError = (error: unknown): error is Error =>
  (error as Error | undefined)?.name === 'WebhookUrlError';
