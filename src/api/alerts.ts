import { type ListedAlert, listAlerts } from '../db/alert-list';
import { type AlertRow, deleteAlert, findAlert } from '../db/alerts';
import { findAnswer, insertAlertOnce } from '../db/idempotency';
import { sampleMessage } from '../webhooks/message';
import { alertAnswer } from './alert-answers';
import { alertChangeSchema, newAlertSchema } from './alert-body';
import { changeOwnAlert } from './alert-changing';
import { alertNotFound, conflict, refusalError } from './alert-errors';
import { assertTimely, newAlertOf, storeAlert } from './alert-making';
import { wishOf } from './alert-wish';
import { assertAllAllowed } from './allowed-urls';
import type { AlertAnswer, AlertDetailsAnswer } from './answers/alerts';
import { authenticate } from './auth';
import { readBody } from './body';
import type { ApiContext, ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { answerAgain, idempotencyKey, requestHash } from './idempotency';
import { isUuid } from './ids';
import { linkToNext } from './pages';
import { readQuery } from './parse';
import { limit } from './rate-limit';
import { alertListSchema } from './schemas';

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
    await assertAllAllowed(deps, input);
    const alert = newAlertOf(deps, userId, wish);
    const made = await (once === undefined
      ? storeAlert(db, alert)
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
    await assertAllAllowed(deps, change);
    const result = await changeOwnAlert(deps, { id, userId: ctx.state.userId, market }, change);
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

  router.delete('/alerts/:id', ...guard('DELETE /alerts/{id}'), async (ctx) => {
    const id = alertId(ctx);
    if (!(await deleteAlert(db, { id, userId: ctx.state.userId, market }))) throw alertNotFound();
    workflows.changed(id, ctx.state.requestId);
    ctx.status = 204;
  });
}

/** The id in the path, if it can be one. */
export function alertId(ctx: ApiContext): string {
  const id = ctx.params.id ?? '';
  if (!isUuid(id)) throw alertNotFound();
  return id.toLowerCase();
}
