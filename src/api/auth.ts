import { clientNetwork } from './client-address';
import type { ApiMiddleware } from './context';
import type { ApiDeps } from './deps';
import { httpError } from './errors';

/** Lets only the owners of a good key through, and says who it is. */
export function authenticate({ keys, config }: Pick<ApiDeps, 'keys' | 'config'>): ApiMiddleware {
  const refuse = (detail: string) =>
    httpError(401, detail, { 'WWW-Authenticate': 'ApiKey realm="pricehook"' });
  return async (ctx, next) => {
    const key = ctx.get('X-API-Key');
    if (key === '') throw refuse('Missing API Key in headers');
    const userId = await keys.findOwner(key, config.rateLimits ? clientNetwork(ctx) : undefined);
    if (userId === undefined) throw refuse('Invalid API Key');
    ctx.state.userId = userId;
    await next();
  };
}
