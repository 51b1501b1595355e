import { type AlertRow, deleteAlert, findAlert, insertAlert, listAlerts } from '../db/alerts';
import type { AlertAnswer } from './answers';
import { authenticate } from './auth';
import { readBody } from './body';
import type { ApiContext, ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { type ApiError, httpError, validationError } from './errors';
import { isUuid } from './ids';
import { limit } from './rate-limit';
import { newAlertSchema } from './schemas';

/** The same for an unknown alert, another user's, a deleted one and what is no id at all. */
export function alertNotFound(): ApiError {
  return httpError(404, 'Alert not found');
}

/** Making, reading and deleting alerts. */
export function addAlertRoutes(router: ApiRouter, deps: ApiDeps): void {
  const { db, workflows } = deps;
  const { market } = deps.config;
  const schema = newAlertSchema(deps.config.tickers);
  const guard = (route: string) =>
    [authenticate(deps), limit(deps, { route, tokens: 5, by: 'user' })] as const;

  router.post('/alerts', ...guard('POST /alerts'), async (ctx) => {
    const input = await readBody(ctx, schema);
    await assertAllowed(deps, input.webhook_url);
    const alert = await insertAlert(db, {
      userId: ctx.state.userId,
      market,
      ticker: input.ticker,
      condition: input.condition,
      targetPrice: input.target_price,
      webhookUrl: input.webhook_url,
    });
    if (alert === undefined) throw httpError(409, 'An identical alert is active already');
    workflows.start(alert.id);
    ctx.status = 201;
    ctx.body = alertAnswer(alert);
  });

  router.get('/alerts', ...guard('GET /alerts'), async (ctx) => {
    const alerts = await listAlerts(db, { userId: ctx.state.userId, market });
    ctx.body = alerts.map(alertAnswer);
  });

  router.get('/alerts/:id', ...guard('GET /alerts/{id}'), async (ctx) => {
    const alert = await findAlert(db, { id: alertId(ctx), userId: ctx.state.userId, market });
    if (alert === undefined) throw alertNotFound();
    ctx.body = alertAnswer(alert);
  });

  router.delete('/alerts/:id', ...guard('DELETE /alerts/{id}'), async (ctx) => {
    const id = alertId(ctx);
    if (!(await deleteAlert(db, { id, userId: ctx.state.userId, market }))) throw alertNotFound();
    workflows.changed(id);
    ctx.status = 204;
  });
}

/** The id in the path, if it can be one. */
export function alertId(ctx: ApiContext): string {
  const id = ctx.params.id ?? '';
  if (!isUuid(id)) throw alertNotFound();
  return id.toLowerCase();
}

async function assertAllowed({ checkUrl }: ApiDeps, url: string): Promise<void> {
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
