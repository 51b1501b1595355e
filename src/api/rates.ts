import type { RatesAnswer } from './answers/market';
import { authenticate } from './auth';
import type { ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { httpError } from './errors';
import { limit } from './rate-limit';

/** The prices that the service stands behind at this moment. */
export function addRateRoutes(router: ApiRouter, deps: ApiDeps): void {
  const nextTickSeconds = String(Math.ceil(deps.config.ingestIntervalMs / 1_000));

  router.get(
    '/rates',
    authenticate(deps),
    limit(deps, { route: 'GET /rates', tokens: 5, by: 'ip' }),
    async (ctx) => {
      const quotes = deps.quotes.fresh();
      if (quotes.length === 0) {
        throw httpError(503, 'No fresh quote is available', { 'Retry-After': nextTickSeconds });
      }
      ctx.body = Object.fromEntries(quotes.map(({ ticker, price }) => [ticker, price])) satisfies RatesAnswer;
    },
  );
}
