import { changeAlert } from '../db/alert-changes';
import { type ListedAlert, listAlerts } from '../db/alert-list';
import { type AlertRefusal, type AlertRow, deleteAlert, findAlert, insertAlert } from '../db/alerts';
import { type Before, findAnswer, insertAlertOnce } from '../db/idempotency';
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
import { alertChangeSchema, alertListSchema, newAlertSchema } from './schemas';

/** The same for an unknown alert, another user's, a deleted one and what is no id at all. */
export function alertNotFound(): ApiError {
  return httpError(404, 'Alert not found');
}

/** Making, reading, changing and deleting alerts. */
export function addAlertRoutes(router: ApiRouter, deps: ApiDeps): void {
  const { db, workflows } = deps;
  const { market, maxAlertsPerUser: maxActive, tickers } = deps.config;
  const schema = newAlertSchema(tickers);
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
    await assertAllowed(deps, input.webhook_url);
    const alert = {
      userId,
      market,
      ticker: input.ticker,
      condition: input.condition,
      targetPrice: input.target_price,
      webhookUrl: input.webhook_url,
      maxActive,
    };
    const made =
      once === undefined
        ? await insertAlert(db, alert)
        : await insertAlertOnce(db, alert, once, (row) => JSON.stringify(alertAnswer(row)));
    if ('replayed' in made) return answerAgain(ctx, made);
    if ('refusal' in made) throw refusalError(made.refusal, maxActive);
    workflows.start(made.id, ctx.state.requestId);
    ctx.status = 201;
    ctx.body = alertAnswer(made);
  });

  router.get('/alerts', ...guard('GET /alerts'), async (ctx) => {
    const { cursor, details, ...filter } = readQuery(ctx, listSchema);
    const page = await listAlerts(db, { ...filter, userId: ctx.state.userId, market, after: cursor });
    linkToNext(ctx, '/alerts/', page.next);
    ctx.body = page.alerts.map(details ? alertDetails : alertAnswer);
  });

  const alertDetails = (alert: ListedAlert): AlertDetailsAnswer => ({
    ...alertAnswer(alert),
    next_check_at: alert.next_check_at?.toISOString() ?? null,
    workflow_url: workflows.urlOf(alert.id),
  });

  router.get('/alerts/:id', ...guard('GET /alerts/{id}'), async (ctx) => {
    const alert = await findAlert(db, { id: alertId(ctx), userId: ctx.state.userId, market });
    if (alert === undefined) throw alertNotFound();
    ctx.body = alertAnswer(alert);
  });

  router.patch('/alerts/:id', ...guard('PATCH /alerts/{id}'), async (ctx) => {
    const id = alertId(ctx);
    const change = await readBody(ctx, alertChangeSchema);
    if (change.webhook_url !== undefined) await assertAllowed(deps, change.webhook_url);
    const result = await changeAlert(
      db,
      { id, userId: ctx.state.userId, market },
      {
        targetPrice: change.target_price,
        condition: change.condition,
        webhookUrl: change.webhook_url,
        paused: change.paused,
      },
      maxActive,
    );
    if ('refusal' in result) {
      throw result.refusal === 'unknown'
        ? alertNotFound()
        : conflict(result.refusal, maxActive, change.paused ? 'paused' : 'active');
    }
    if (result.changed) workflows.changed(id, ctx.state.requestId);
    ctx.body = alertAnswer(result.alert);
  });

  router.delete('/alerts/:id', ...guard('DELETE /alerts/{id}'), async (ctx) => {
    const id = alertId(ctx);
    if (!(await deleteAlert(db, { id, userId: ctx.state.userId, market }))) throw alertNotFound();
    workflows.changed(id, ctx.state.requestId);
    ctx.status = 204;
  });
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
  refusal: 'identical' | 'full' | 'fired',
  maxActive: number,
  kind: 'active' | 'paused' = 'active',
): ApiError {
  const why = {
    identical: 'An identical alert is active already',
    full: `You have ${maxActive} ${kind} alerts, as many as are allowed; ${kind === 'active' ? 'delete or pause' : 'delete'} one first`,
    fired: 'The alert has fired and can no longer be changed; make a new one',
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

function alertAnswer(alert: AlertRow): AlertAnswer {
  return {
    id: alert.id,
    ticker: alert.ticker,
    target_price: Number(alert.target_price),
    condition: alert.condition,
    webhook_url: alert.webhook_url,
    is_active: alert.status === 'active',
    status: alert.status,
    created_at: alert.created_at.toISOString(),
    triggered_at: alert.triggered_at?.toISOString() ?? null,
    triggered_price: alert.triggered_price === null ? null : Number(alert.triggered_price),
  };
}
