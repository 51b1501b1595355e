import { type AnomalyRow, listAnomalies } from '../db/anomalies';
import { windowName } from '../domain/statistics-names';
import type { AnomalyAnswer } from './answers/market';
import { authenticate } from './auth';
import type { ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { linkToNext } from './pages';
import { readQuery } from './parse';
import { limit } from './rate-limit';
import { anomalyListSchema } from './schemas';

/** What was out of the ordinary. */
export function addAnomalyRoutes(router: ApiRouter, deps: ApiDeps): void {
  const { market, tickers } = deps.config;
  const querySchema = anomalyListSchema(tickers);

  router.get(
    '/anomalies',
    authenticate(deps),
    limit(deps, { route: 'GET /anomalies', tokens: 5, by: 'user' }),
    async (ctx) => {
      const { cursor, ...filter } = readQuery(ctx, querySchema);
      const page = await listAnomalies(deps.db, { ...filter, market, after: cursor });
      linkToNext(ctx, '/anomalies', page.next);
      ctx.body = page.anomalies.map(anomalyAnswer);
    },
  );
}

function anomalyAnswer(row: AnomalyRow): AnomalyAnswer {
  return {
    id: row.id,
    ticker: row.ticker,
    rule: row.rule,
    window: windowName(row.window_minutes),
    threshold: row.threshold,
    started_at: row.started_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
    value: row.value,
    price: row.price,
    peak: row.peak,
    peak_at: row.peak_at.toISOString(),
  };
}
