import { listSources, type SourceRow } from '../db/sources';
import type { SourceName } from '../domain/quote';
import type { SourceAnswer } from './answers/market';
import { authenticate } from './auth';
import type { ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { limit } from './rate-limit';

/** How the sources of quotes do. */
export function addSourceRoutes(router: ApiRouter, deps: ApiDeps): void {
  const { db, config } = deps;

  router.get(
    '/sources',
    authenticate(deps),
    limit(deps, { route: 'GET /sources', tokens: 5, by: 'user' }),
    async (ctx) => {
      const rows = new Map((await listSources(db, config.market)).map((row) => [row.name, row]));
      const now = new Date();
      ctx.body = config.sources.map((name) => sourceAnswer(name, rows.get(name), now));
    },
  );
}

function sourceAnswer(name: SourceName, row: SourceRow | undefined, now: Date): SourceAnswer {
  const succeededAt = row?.last_success_at ?? null;
  return {
    name,
    status: row === undefined ? 'ok' : status(row, now),
    last_success_at: succeededAt?.toISOString() ?? null,
    quote_age_ms: succeededAt && Math.max(0, now.getTime() - succeededAt.getTime()),
    failure: row?.failure ?? null,
    resting_until: row?.resting_until?.toISOString() ?? null,
    deviation: row?.deviation == null ? null : Number(row.deviation),
  };
}

function status(row: SourceRow, now: Date): SourceAnswer['status'] {
  if (row.resting_until !== null && row.resting_until > now) return 'resting';
  const hasFailedSince =
    row.failed_at !== null && (row.last_success_at === null || row.failed_at > row.last_success_at);
  return hasFailedSince ? 'failing' : 'ok';
}
