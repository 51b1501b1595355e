import { findDelivery } from '../db/delivery-list';
import { recoverFailed, reopenForUser } from '../db/reopening';
import { cancelDelivery, makeDueNow, type WaitingResult } from '../db/waiting-deliveries';
import type { DeliveryDetailsAnswer } from './answers/deliveries';
import type { RecoveredAnswer } from './answers/endpoints';
import { authenticate } from './auth';
import { readBody } from './body';
import type { ApiRouter } from './context';
import { deliveryId, deliveryNotFound } from './deliveries';
import { deliveryDetails } from './delivery-answers';
import type { ApiDeps, DeliveryCarrier } from './deps';
import { httpError, validationError } from './errors';
import { limit } from './rate-limit';
import { recoverSchema } from './schemas';

/** Having deliveries made again, sooner, or not at all. */
export function addRedeliveryRoutes(router: ApiRouter, deps: ApiDeps): void {
  const { db, deliveries } = deps;
  const { market } = deps.config;
  const guard = (route: string) =>
    [authenticate(deps), limit(deps, { route, tokens: 5, by: 'user' })] as const;

  // Before the routes with an id: `recover` is none.
  router.post('/deliveries/recover', ...guard('POST /deliveries/recover'), async (ctx) => {
    const { since, until = new Date() } = await readBody(ctx, recoverSchema);
    if (since >= until) throw validationError([{ path: 'since', message: 'Must be before until' }]);
    const recovered = await recoverFailed(db, { userId: ctx.state.userId, market }, { since, until });
    ctx.status = 202;
    ctx.body = { recovered } satisfies RecoveredAnswer;
  });

  router.post('/deliveries/:id/redeliver', ...guard('POST /deliveries/{id}/redeliver'), async (ctx) => {
    const id = deliveryId(ctx);
    const { userId } = ctx.state;
    const opened = await reopenForUser(db, id, { userId, market });
    if (opened === undefined) throw deliveryNotFound();
    if ('refusal' in opened) {
      throw httpError(
        409,
        opened.refusal === 'pending'
          ? 'The delivery is unfinished; wait for its end, or ask for its next attempt with retry-now'
          : 'Its alert was deleted; nothing of it is delivered any longer',
      );
    }
    const { requestId } = ctx.state;
    deliveries.start({ id, alertId: null, ownerId: userId, workflowId: opened.workflowId, requestId });
    ctx.status = 202;
    ctx.body = await details(id, userId);
  });

  router.post('/deliveries/:id/retry-now', ...guard('POST /deliveries/{id}/retry-now'), async (ctx) => {
    const id = deliveryId(ctx);
    const { userId } = ctx.state;
    deliveries.hurry(carrierOf(await makeDueNow(db, id, { userId, market }), userId));
    ctx.status = 202;
    ctx.body = await details(id, userId);
  });

  router.post('/deliveries/:id/cancel', ...guard('POST /deliveries/{id}/cancel'), async (ctx) => {
    const id = deliveryId(ctx);
    const { userId } = ctx.state;
    deliveries.cancel(carrierOf(await cancelDelivery(db, id, { userId, market }), userId));
    ctx.body = await details(id, userId);
  });

  async function details(id: string, userId: string): Promise<DeliveryDetailsAnswer> {
    const found = await findDelivery(db, id, { userId, market });
    if (found === undefined) throw deliveryNotFound();
    return deliveryDetails(found, deps);
  }
}

function carrierOf(result: WaitingResult | undefined, ownerId: string): DeliveryCarrier {
  if (result === undefined) throw deliveryNotFound();
  if ('refusal' in result) {
    throw httpError(
      409,
      result.refusal === 'over'
        ? 'The delivery is over; redeliver has it made again'
        : 'An attempt is under way at this moment',
    );
  }
  return { ...result, ownerId };
}
