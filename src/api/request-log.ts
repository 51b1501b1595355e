import type { Logger } from 'pino';
import type { ApiContext, ApiMiddleware } from './context';
import { pathOf } from './requests';

/** What is asked every few seconds, by machines, is logged only for those who want to see it. */
const QUIET_PATHS = /^\/(health(\/(live|ready))?|metrics|api\/v1\/rates\/?)$/;

/** Put where an id belongs by mistake. */
const API_KEYS = /sk_live_\w+/g;

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
      const isQuiet = path !== undefined && QUIET_PATHS.test(path) && ctx.status < 400;
      const level = isQuiet ? 'debug' : 'info';
      if (log.isLevelEnabled(level)) log[level](lineOf(ctx, path, startedAt), 'request');
    }
  };
}

function lineOf(ctx: ApiContext, path: string | undefined, startedAt: number) {
  return {
    requestId: ctx.state.requestId,
    method: ctx.method,
    path: path?.replace(API_KEYS, 'sk_live_…'),
    status: ctx.status,
    durationMs: Math.round(performance.now() - startedAt),
    userId: ctx.state.userId,
  };
}
