import { clientNetwork } from './client-address';
import type { ApiMiddleware } from './context';
import type { ApiDeps } from './deps';
import { type ApiError, httpError } from './errors';

const unauthorized = (detail: string) =>
  httpError(401, detail, { 'WWW-Authenticate': 'ApiKey realm="pricehook"' });

/** The 401 for a key that is wrong, or no longer good. */
export function invalidKey(): ApiError {
  return unauthorized('Invalid API Key');
}

/** The 401 for a request without a key. */
export function missingKey(): ApiError {
  return unauthorized('Missing API Key in headers');
}

/** Lets only the owners of a good key through, and says who it is. */
export function authenticate({ keys, config }: Pick<ApiDeps, 'keys' | 'config'>): ApiMiddleware {
  return async (ctx, next) => {
    const key = ctx.get('X-API-Key');
    if (key === '') throw missingKey();
    const found = keys.findOwner(key, config.rateLimits ? clientNetwork(ctx) : undefined);
    const userId = typeof found === 'string' ? found : await found;
    if (userId === undefined) throw invalidKey();
    ctx.state.userId = userId;
    await next();
  };
}
