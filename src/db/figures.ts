import { type Kysely, sql } from 'kysely';
import type { DeliveryStatus } from '../domain/delivery';
import type { Market } from '../domain/quote';
import type { Database } from './schema';

/** Tables of more rows are not counted: PostgreSQL's own estimate is taken. */
const COUNTED_ROWS = 20_000;
/** A backlog of more is told as one more than this. */
const COUNTED_BACKLOG = 10_000;
/** As a whole they take some milliseconds; whoever waits for a lock or a busy disk gives up. */
const STATEMENT_LIMIT = '2s';

export interface Figures {
  alerts: { status: string; count: number }[];
  deliveries: { status: DeliveryStatus; count: number }[];
  backlog: { unwoken: number; due: number; retrying: number; oldestUnwokenS: number; oldestDueS: number };
  quotes: { ticker: string; quotedAt: Date }[];
  /** The beginning of the last hour that is reported as a whole. */
  reportedHour: Date | null;
  quality: number | null;
  violations: { rule: string; severity: string; count: number }[];
  anomalies: { ticker: string; count: number }[];
  alarms: number;
  workers: number;
}

/** Figures for operators, each of them out of an index or from a bounded number of rows, however large the tables are. */
export async function readFigures(
  db: Kysely<Database>,
  market: Market,
  tickers: readonly string[],
): Promise<Figures> {
  return await db
    .transaction()
    .setAccessMode('read only')
    .execute(async (trx) => {
      await sql`set local statement_timeout = ${sql.lit(STATEMENT_LIMIT)}`.execute(trx);
      return {
        alerts: await countByStatus<string>(trx, 'alerts', market),
        deliveries: await countByStatus<DeliveryStatus>(trx, 'deliveries', market),
        backlog: await backlog(trx),
        quotes: await quoteTimes(trx, market, tickers),
        ...(await lastReport(trx, market)),
        ...(await openMatters(trx, market)),
      };
    });
}

/** By status: exact while the table is small, an estimate of both markets together beyond. */
async function countByStatus<S extends string>(
  db: Kysely<Database>,
  table: 'alerts' | 'deliveries',
  market: Market,
): Promise<{ status: S; count: number }[]> {
  const { rows } = await sql<{ market: Market; status: S; count: number }>`
    select market, status, count(*)::int as count
    from (select market, status from ${sql.table(table)} limit ${COUNTED_ROWS + 1}) as t
    group by market, status`.execute(db);
  if (rows.reduce((sum, { count }) => sum + count, 0) <= COUNTED_ROWS)
    return rows.filter((row) => row.market === market);
  const estimated = await sql<{ status: S; count: number }>`
    select value as status, (greatest(c.reltuples, 0) * share)::float8 as count
    from pg_class as c
    join pg_stats as s on s.schemaname = c.relnamespace::regnamespace::text and s.tablename = c.relname
    cross join lateral unnest(s.most_common_vals::text::text[], s.most_common_freqs) as v (value, share)
    where c.oid = ${table}::regclass and s.attname = 'status'`.execute(db);
  return estimated.rows.map(({ status, count }) => ({ status, count: Math.round(count) }));
}

async function backlog(db: Kysely<Database>): Promise<Figures['backlog']> {
  const upTo = sql`limit ${COUNTED_BACKLOG + 1}`;
  const { rows } = await sql<Figures['backlog']>`
    select
      (select count(*)::int from (
        select from deliveries where woken_at is null and status = 'pending' ${upTo}) as t) as unwoken,
      (select count(*)::int from (
        select from deliveries where status = 'pending' and next_attempt_at <= now() ${upTo}) as t) as due,
      (select count(*)::int from (
        select from deliveries where status = 'pending' and next_attempt_at > now() ${upTo}) as t) as retrying,
      coalesce(extract(epoch from now() - (
        select min(created_at) from deliveries where woken_at is null and status = 'pending'
      )), 0)::float8 as "oldestUnwokenS",
      coalesce(extract(epoch from now() - (
        select min(next_attempt_at) from deliveries where status = 'pending' and next_attempt_at <= now()
      )), 0)::float8 as "oldestDueS"`.execute(db);
  return rows[0] as Figures['backlog'];
}

async function quoteTimes(db: Kysely<Database>, market: Market, tickers: readonly string[]) {
  const { rows } = await sql<{ ticker: string; quotedAt: Date }>`
    select t.ticker, q.quoted_at as "quotedAt"
    from unnest(${tickers}::text[]) as t (ticker)
    cross join lateral (
      select quoted_at from quotes where market = ${market} and ticker = t.ticker order by seq desc limit 1
    ) as q`.execute(db);
  return rows;
}

async function lastReport(db: Kysely<Database>, market: Market) {
  const { rows } = await sql<Pick<Figures, 'reportedHour' | 'quality'>>`
    select
      (select hour from reports where market = ${market} and status = 'done' order by hour desc limit 1)
        as "reportedHour",
      (select quality from reports where market = ${market} and quality is not null order by hour desc limit 1)
        as quality`.execute(db);
  const [report] = rows as [Pick<Figures, 'reportedHour' | 'quality'>];
  if (report.reportedHour === null) return { ...report, violations: [] };
  const violations = await sql<Figures['violations'][number]>`
    select rule, severity, sum(count)::int as count from quality_violations
    where market = ${market} and hour = ${report.reportedHour} group by rule, severity`.execute(db);
  return { ...report, violations: violations.rows };
}

async function openMatters(db: Kysely<Database>, market: Market) {
  const anomalies = await sql<Figures['anomalies'][number]>`
    select ticker, count(*)::int as count from anomalies
    where market = ${market} and started_at > now() - interval '30 days' and ended_at is null
    group by ticker`.execute(db);
  const { rows } = await sql<Pick<Figures, 'alarms' | 'workers'>>`
    select
      (select count(*)::int from alarms where market = ${market} and closed_at is null) as alarms,
      (select count(*)::int from workers where seen_at > now() - interval '20 seconds') as workers`.execute(
    db,
  );
  return { anomalies: anomalies.rows, ...(rows[0] as Pick<Figures, 'alarms' | 'workers'>) };
}
