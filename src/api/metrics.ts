import { createDatabaseFigures } from '../metrics/database';
import { httpDuration, httpRequests } from '../metrics/metrics';
import { exposeProcess, registry } from '../metrics/registry';
import type { ApiMiddleware, ApiRouter } from './context';
import type { ApiDeps } from './deps';

/** What callers may name a method; anything else would be a label of their choosing. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Figures in Prometheus' text format; they hold nothing of any user, and are answered without a database, too. */
export function addMetricsRoutes(router: ApiRouter, { config, db, log }: ApiDeps): void {
  exposeProcess(config.market);
  const figures = createDatabaseFigures(db, config, (error) =>
    log.debug({ err: error }, 'Figures could not be read from the database'),
  );

  router.get('/metrics', async (ctx) => {
    await figures.refresh();
    ctx.type = registry.contentType;
    ctx.body = await registry.metrics();
  });
}

/** Counts requests, by the template of the route that answered: never by the path, which holds ids. */
export function countRequests(): ApiMiddleware {
  return async (ctx, next) => {
    const startedAt = performance.now();
    try {
      await next();
    } finally {
      const method = METHODS.has(ctx.method) ? ctx.method : 'other';
      const route = String(ctx._matchedRoute ?? 'none');
      httpRequests.inc({ method, route, status: ctx.status });
      // A stream lasts as long as its reader likes.
      if (!route.endsWith('/stream'))
        httpDuration.observe({ method, route }, (performance.now() - startedAt) / 1_000);
    }
  };
}
