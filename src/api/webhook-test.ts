import { findDelivery } from '../db/delivery-list';
import { insertMessage } from '../db/messages';
import { assertAllowed } from './allowed-urls';
import type { TestedAnswer } from './answers/deliveries';
import { authenticate } from './auth';
import { readBody } from './body';
import type { ApiRouter } from './context';
import { attemptDetails } from './delivery-answers';
import type { ApiDeps } from './deps';
import { httpError } from './errors';
import { limit } from './rate-limit';
import { webhookTestSchema } from './schemas';

/** Beyond the request's own time: a workflow is started, the attempt recorded. */
const AROUND_MS = 10_000;

/** Sending a test to a webhook, on the very path that alerts take. */
export function addWebhookTestRoutes(router: ApiRouter, deps: ApiDeps): void {
  const { db, deliveries } = deps;
  const { market, webhook } = deps.config;

  router.post(
    '/webhooks/test',
    authenticate(deps),
    limit(deps, { route: 'POST /webhooks/test', tokens: 5, by: 'user' }),
    async (ctx) => {
      const { webhook_url: url } = await readBody(ctx, webhookTestSchema);
      await assertAllowed(deps, url);
      const owner = { userId: ctx.state.userId, market };
      const data = { message: 'This is a test of your webhook. No alert has fired.' };
      const wish = { ...owner, type: 'webhook.test', url, data, maxAttempts: 1, cause: 'user' } as const;
      const { id, workflowId } = await insertMessage(db, wish);
      const { requestId } = ctx.state;
      const carrier = { id, alertId: null, ownerId: owner.userId, workflowId, requestId };
      await deliveries.make(carrier, webhook.timeoutMs + AROUND_MS).catch((error: unknown) => {
        deps.log.warn({ err: error }, 'A test was not made at once');
      });
      const attempt = (await findDelivery(db, id, owner))?.attempts[0];
      if (attempt === undefined || attempt.ended_at === null)
        throw httpError(503, `The test is not over yet; see GET /api/v1/deliveries/${id} in a while`);
      ctx.body = { delivery_id: id, attempt: attemptDetails(attempt, deps) } satisfies TestedAnswer;
    },
  );
}
