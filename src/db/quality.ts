import { type Kysely, type Selectable, sql } from 'kysely';
import type { QualityFailure, Severity, Violation } from '../domain/quality';
import type { Market, SourceFailure, SourceName } from '../domain/quote';
import type { Database } from './schema';
import type { QualityViolationsTable } from './tables/reports';

export type ViolationRow = Selectable<QualityViolationsTable>;

/** Counts what sources failed at in a tick, by the hour. */
export async function countSourceFailures(
  db: Kysely<Database>,
  market: Market,
  tickAt: Date,
  failed: readonly (SourceFailure & { source: SourceName })[],
): Promise<void> {
  // One statement must not touch a row twice.
  const byKey = new Map(
    failed.map((failure) => [`${failure.source} ${failure.ticker} ${failure.kind}`, failure]),
  );
  if (byKey.size === 0) return;
  const failures = [...byKey.values()];
  await sql`
    insert into source_failures as f (market, hour, source, ticker, failure, first_at, last_at, message)
    select ${market}, date_trunc('hour', ${tickAt}::timestamptz, 'UTC'), source, ticker, failure, ${tickAt}, ${tickAt}, message
    from unnest(
      ${failures.map(({ source }) => source)}::text[], ${failures.map(({ ticker }) => ticker ?? '')}::text[],
      ${failures.map(({ kind }) => kind)}::text[], ${failures.map(({ message }) => message)}::text[]
    ) as u (source, ticker, failure, message)
    on conflict (market, hour, source, ticker, failure) do update
    set count = f.count + 1, last_at = excluded.last_at, message = excluded.message`.execute(db);
}

/** What sources failed at in an hour. */
export async function readSourceFailures(
  db: Kysely<Database>,
  market: Market,
  hour: Date,
): Promise<QualityFailure[]> {
  const rows = await db
    .selectFrom('source_failures')
    .selectAll()
    .where('market', '=', market)
    .where('hour', '=', hour)
    .orderBy('source')
    .execute();
  return rows.map((row) => ({
    source: row.source,
    ticker: row.ticker || null,
    failure: row.failure,
    count: row.count,
    firstAtMs: row.first_at.getTime(),
    lastAtMs: row.last_at.getTime(),
    message: row.message,
  }));
}

/** Stores what was wrong with an hour, in place of what was stored before, and how good it was. */
export async function storeQuality(
  db: Kysely<Database>,
  market: Market,
  hour: Date,
  { violations, score }: { violations: readonly Violation[]; score: number },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx
      .deleteFrom('quality_violations')
      .where('market', '=', market)
      .where('hour', '=', hour)
      .execute();
    if (violations.length > 0)
      await trx
        .insertInto('quality_violations')
        .values(
          violations.map(({ rule, ticker, source, severity, count, firstAtMs, lastAtMs, detail }) => ({
            ...{ market, hour, rule, ticker: ticker ?? '', source: source ?? ('' as const), severity, count },
            ...{ first_at: new Date(firstAtMs), last_at: new Date(lastAtMs), detail },
          })),
        )
        .execute();
    await trx
      .updateTable('reports')
      .set({ quality: score })
      .where('market', '=', market)
      .where('hour', '=', hour)
      .execute();
  });
}

/** What was wrong with the data, the newest hour first. */
export async function listViolations(
  db: Kysely<Database>,
  market: Market,
  wish: { ticker?: string; severity?: Severity; from?: Date; to?: Date; limit: number },
): Promise<ViolationRow[]> {
  let query = db.selectFrom('quality_violations').selectAll().where('market', '=', market);
  if (wish.ticker !== undefined) query = query.where('ticker', '=', wish.ticker);
  if (wish.severity !== undefined) query = query.where('severity', '=', wish.severity);
  if (wish.from !== undefined) query = query.where('hour', '>=', wish.from);
  if (wish.to !== undefined) query = query.where('hour', '<', wish.to);
  return await query
    .orderBy('hour', 'desc')
    .orderBy('rule')
    .orderBy('ticker')
    .orderBy('source')
    .limit(wish.limit)
    .execute();
}
