import { type AttemptRow, type DeliveryRow, listDeliveries } from '../db/deliveries';
import { alertId, alertNotFound } from './alerts';
import type { AttemptAnswer, DeliveryAnswer } from './answers';
import { authenticate } from './auth';
import type { ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { limit } from './rate-limit';

/** What became of an alert's webhooks. */
export function addDeliveryRoutes(router: ApiRouter, deps: ApiDeps): void {
  const { market } = deps.config;

  router.get(
    '/alerts/:id/deliveries',
    authenticate(deps),
    limit(deps, { route: 'GET /alerts/{id}/deliveries', tokens: 5, by: 'user' }),
    async (ctx) => {
      const owned = { id: alertId(ctx), userId: ctx.state.userId, market };
      const deliveries = await listDeliveries(deps.db, owned);
      if (deliveries === undefined) throw alertNotFound();
      ctx.body = deliveries.map(deliveryAnswer);
    },
  );
}

function deliveryAnswer(delivery: DeliveryRow): DeliveryAnswer {
  return {
    id: delivery.id,
    alert_id: delivery.alert_id,
    status: delivery.status,
    created_at: delivery.created_at.toISOString(),
    delivered_at: delivery.delivered_at?.toISOString() ?? null,
    next_attempt_at: delivery.next_attempt_at?.toISOString() ?? null,
    attempts: delivery.attempts.map(attemptAnswer),
  };
}

function attemptAnswer(attempt: AttemptRow): AttemptAnswer {
  return {
    number: attempt.number,
    started_at: attempt.started_at.toISOString(),
    ended_at: attempt.ended_at?.toISOString() ?? null,
    status_code: attempt.status_code,
    // Under way, or cut off: either way nobody knows yet whether it arrived.
    outcome: attempt.outcome ?? 'unknown',
    error: attempt.error,
    duration_ms: attempt.duration_ms,
    response_body: attempt.response_body,
  };
}
