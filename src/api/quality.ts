import { listViolations, type ViolationRow } from '../db/quality';
import type { ViolationAnswer } from './answers/reports';
import { authenticate } from './auth';
import type { ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { readQuery } from './parse';
import { limit } from './rate-limit';
import { qualityListSchema } from './schemas';

/** What was wrong with the data. */
export function addQualityRoutes(router: ApiRouter, deps: ApiDeps): void {
  const { db, config } = deps;
  const querySchema = qualityListSchema(config.tickers);

  router.get(
    '/quality',
    authenticate(deps),
    limit(deps, { route: 'GET /quality', tokens: 5, by: 'user' }),
    async (ctx) => {
      const { since, until, ...filter } = readQuery(ctx, querySchema);
      const rows = await listViolations(db, config.market, { ...filter, from: since, to: until });
      ctx.body = rows.map(violationAnswer);
    },
  );
}

function violationAnswer(row: ViolationRow): ViolationAnswer {
  return {
    hour: row.hour.toISOString(),
    rule: row.rule,
    ticker: row.ticker || null,
    source: row.source || null,
    severity: row.severity,
    count: row.count,
    first_at: row.first_at.toISOString(),
    last_at: row.last_at.toISOString(),
    detail: row.detail,
  };
}
