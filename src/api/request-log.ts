import type { Logger } from 'pino';
import type { ApiMiddleware } from './context';
import { pathOf } from './requests';

/** What is asked every few seconds, by machines, is logged only for those who want to see it. */
const QUIET_PATHS = new Set(['/health', '/metrics']);

/** One line a request. The path only: a query string may hold what nobody should read. */
export function logRequests(logger: Logger): ApiMiddleware {
  // Each of its fields is chosen here, so that nothing is left to redact.
  const log = logger.child({}, { redact: [] });
  return async (ctx, next) => {
    const startedAt = performance.now();
    try {
      await next();
    } finally {
      const path = pathOf(ctx);
      const line = {
        requestId: ctx.state.requestId,
        method: ctx.method,
        path,
        status: ctx.status,
        durationMs: Math.round(performance.now() - startedAt),
        userId: ctx.state.userId,
      };
      if (path !== undefined && QUIET_PATHS.has(path)) log.debug(line, 'request');
      else log.info(line, 'request');
    }
  };
}
