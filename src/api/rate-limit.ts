import { REFILL_SECONDS, takeToken } from '../db/rate-buckets';
import { clientNetwork } from './client-address';
import type { ApiMiddleware } from './context';
import type { ApiDeps } from './deps';
import { httpError } from './errors';

export interface Limit {
  /** Method and pattern, such as `GET /alerts/{id}`: one bucket for all ids. */
  route: string;
  /** So many at once, and so many more in 10 s. */
  tokens: number;
  by: 'user' | 'ip';
}

/** Refuses a caller who asks too often; every process that shares the database counts the same requests. */
export function limit(
  { db, config }: Pick<ApiDeps, 'db' | 'config'>,
  { route, tokens, by }: Limit,
): ApiMiddleware {
  if (!config.rateLimits) return (_ctx, next) => next();
  const policy = `"default";q=${tokens};w=${REFILL_SECONDS}`;
  return async (ctx, next) => {
    const caller = by === 'user' ? ctx.state.userId : clientNetwork(ctx);
    const taken = await takeToken(db, `${route} ${caller}`, tokens);
    ctx.set('RateLimit-Policy', policy);
    ctx.set('RateLimit', `"default";r=${taken.remaining};t=${taken.nextTokenInSeconds}`);
    if (!taken.allowed) {
      throw httpError(429, `Rate limit exceeded: ${tokens} requests in ${REFILL_SECONDS} seconds`, {
        'Retry-After': String(taken.nextTokenInSeconds),
      });
    }
    await next();
  };
}
