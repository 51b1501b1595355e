import { listDeliveries } from '../db/deliveries';
import { findDelivery, listDeliveryPage } from '../db/delivery-list';
import { alertNotFound } from './alert-errors';
import { alertId } from './alerts';
import { authenticate } from './auth';
import type { ApiContext, ApiRouter } from './context';
import { deliveryAnswer, deliveryDetails } from './delivery-answers';
import type { ApiDeps } from './deps';
import { type ApiError, httpError } from './errors';
import { isDeliveryId } from './ids';
import { linkToNext } from './pages';
import { readQuery } from './parse';
import { limit } from './rate-limit';
import { deliveryListSchema } from './schemas';

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

  const guard = (route: string) =>
    [authenticate(deps), limit(deps, { route, tokens: 5, by: 'user' })] as const;

  router.get('/deliveries', ...guard('GET /deliveries'), async (ctx) => {
    const { cursor, ...filter } = readQuery(ctx, deliveryListSchema);
    const page = await listDeliveryPage(deps.db, {
      ...filter,
      userId: ctx.state.userId,
      market,
      after: cursor,
    });
    linkToNext(ctx, '/deliveries', page.next);
    ctx.body = page.deliveries.map((delivery) => deliveryDetails(delivery, deps));
  });

  router.get('/deliveries/:id', ...guard('GET /deliveries/{id}'), async (ctx) => {
    const found = await findDelivery(deps.db, deliveryId(ctx), { userId: ctx.state.userId, market });
    if (found === undefined) throw deliveryNotFound();
    ctx.body = deliveryDetails(found, deps);
  });
}

/** The same for an unknown delivery, another user's and what is no id at all. */
export function deliveryNotFound(): ApiError {
  return httpError(404, 'Delivery not found');
}

/** The id in the path, if it can be one. */
export function deliveryId(ctx: ApiContext): string {
  const id = ctx.params.id ?? '';
  if (!isDeliveryId(id)) throw deliveryNotFound();
  return id;
}
