import { Readable } from 'node:stream';
import { alertsInOrder, countWithHeaders, labelNames } from '../db/alert-list';
import type { AlertRow } from '../db/alerts';
import type { AlertStatus } from '../domain/alert';
import { bodyOf } from './alert-answers';
import { csvHeader, csvLines } from './alert-csv';
import { authenticate } from './auth';
import type { ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { readQuery } from './parse';
import { limit } from './rate-limit';
import { exportQuerySchema } from './schemas';

/** Those that may still fire. */
const USUAL: readonly AlertStatus[] = ['active', 'paused'];

/** One's alerts as bodies that an import takes. */
export function addAlertExportRoutes(router: ApiRouter, deps: ApiDeps): void {
  const { db } = deps;
  const { market } = deps.config;
  const guard = [
    authenticate(deps),
    limit(deps, { route: 'GET /alerts/export', tokens: 5, by: 'user' }),
  ] as const;

  router.get('/alerts/export', ...guard, async (ctx) => {
    const { format, status } = readQuery(ctx, exportQuerySchema);
    const wish = { userId: ctx.state.userId, market, statuses: status === undefined ? USUAL : [status] };
    const withHeaders = await countWithHeaders(db, wish);
    const labels = format === 'csv' ? await labelNames(db, wish) : [];
    const pages = alertsInOrder(db, wish);
    ctx.attachment(`alerts.${format}`);
    ctx.type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8';
    if (withHeaders > 0) ctx.set('Headers-Left-Out', String(withHeaders));
    ctx.body = Readable.from(format === 'csv' ? asCsv(pages, labels) : asJson(pages), { objectMode: false });
  });
}

/** The body that makes it again, as it is. */
const exported = (alert: AlertRow) => ({
  ...bodyOf(alert),
  ...(alert.status === 'paused' && { paused: true }),
});

async function* asCsv(pages: AsyncIterable<AlertRow[]>, labels: readonly string[]) {
  yield csvHeader(labels);
  for await (const page of pages) yield csvLines(page.map(exported), labels);
}

async function* asJson(pages: AsyncIterable<AlertRow[]>) {
  let before = '[';
  for await (const page of pages) {
    for (const alert of page) {
      yield `${before}\n${JSON.stringify(exported(alert))}`;
      before = ',';
    }
  }
  yield before === '[' ? '[]\n' : '\n]\n';
}
