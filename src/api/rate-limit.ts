import { REFILL_SECONDS, takeToken } from '../db/rate-buckets';
import { clientNetwork } from './client-address';
import type { ApiMiddleware } from './context';
import type { ApiDeps } from './deps';
import { type ApiError, httpError } from './errors';

export interface Limit {
  /** Method and pattern, such as `GET /alerts/{id}`: one bucket for all ids. */
  route: string;
  /** So many at once, and so many more in 10 s. */
  tokens: number;
  by: 'user' | 'ip';
}

/**
 * Counts a request of a caller; every process that shares the database counts the same requests.
 * @returns the headers that say what is left, and the refusal of one who asks too often
 */
export async function countRequest(
  db: ApiDeps['db'],
  { route, tokens }: Limit,
  caller: string,
): Promise<{ headers: Record<string, string>; refusal: ApiError | undefined }> {
  const taken = await takeToken(db, `${route} ${caller}`, tokens);
  const headers = {
    'RateLimit-Policy': `"default";q=${tokens};w=${REFILL_SECONDS}`,
    RateLimit: `"default";r=${taken.remaining};t=${taken.nextTokenInSeconds}`,
  };
  const refusal = taken.allowed
    ? undefined
    : httpError(429, `Rate limit exceeded: ${tokens} requests in ${REFILL_SECONDS} seconds`, {
        'Retry-After': String(taken.nextTokenInSeconds),
      });
  return { headers, refusal };
}

/** Refuses a caller who asks too often. */
export function limit({ db, config }: Pick<ApiDeps, 'db' | 'config'>, limited: Limit): ApiMiddleware {
  if (!config.rateLimits) return (_ctx, next) => next();
  return async (ctx, next) => {
    const caller = limited.by === 'user' ? ctx.state.userId : clientNetwork(ctx);
    const { headers, refusal } = await countRequest(db, limited, caller);
    ctx.set(headers);
    if (refusal !== undefined) throw refusal;
    await next();
  };
}
