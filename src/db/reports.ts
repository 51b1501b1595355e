import { type Kysely, type Selectable, sql } from 'kysely';
import type { Market } from '../domain/quote';
import type { ReportStatus, ReportStep, StepReport } from '../domain/report';
import { HOUR_MS } from '../domain/statistics-hour';
import type { Database, ReportsTable } from './schema';
import { isOver } from './source-quotes';

export type ReportRow = Selectable<ReportsTable>;

const milliseconds = (column: ReturnType<typeof sql>) =>
  sql<number>`(extract(epoch from ${column}) * 1000)::float8`;

/** An hour that has failed so often comes after all others. */
const RUNS_FIRST = 10;

/** When a market was first heard of, Unix milliseconds; undefined where it never was. Some looks into an index for each ticker. */
export async function firstTick(db: Kysely<Database>, market: Market): Promise<number | undefined> {
  const { rows } = await sql<{ at: number | null }>`
    with recursive tickers as (
      (select ticker from source_quotes where market = ${market} order by ticker limit 1)
      union all
      select (
        select ticker from source_quotes where market = ${market} and ticker > t.ticker order by ticker limit 1
      )
      from tickers as t where t.ticker is not null
    )
    select ${milliseconds(sql`min(first)`)} as at
    from tickers as t cross join lateral (
      select min(tick_at) as first from source_quotes where market = ${market} and ticker = t.ticker
    ) as f`.execute(db);
  return rows[0]?.at ?? undefined;
}

/** The last hour that is over, Unix milliseconds of its beginning: no tick of it may come any longer. */
export async function lastHourOver(db: Kysely<Database>, market: Market, nowMs: number): Promise<number> {
  const hourMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  return (await isOver(db, market, new Date(hourMs))) ? hourMs - HOUR_MS : hourMs - 2 * HOUR_MS;
}

/**
 * The hours that are owed a report, the oldest first: from the first that has quotes to `lastMs`, without those that are done.
 */
export async function owedHours(
  db: Kysely<Database>,
  market: Market,
  lastMs: number,
  limit: number,
): Promise<number[]> {
  const firstMs = await firstTick(db, market);
  if (firstMs === undefined) return [];
  const first = new Date(Math.floor(firstMs / HOUR_MS) * HOUR_MS);
  const { rows } = await sql<{ at: number }>`
    select ${milliseconds(sql`h.hour`)} as at
    from generate_series(${first}::timestamptz, ${new Date(lastMs)}::timestamptz, interval '1 hour') as h (hour)
    where not exists (
      select from reports as r where r.market = ${market} and r.hour = h.hour and r.status = 'done'
    )
    -- Hours that fail again and again keep no others from being reported.
    order by (
      select f.runs >= ${RUNS_FIRST} from reports as f where f.market = ${market} and f.hour = h.hour
    ) is true, h.hour
    limit ${limit}`.execute(db);
  return rows.map(({ at }) => at).sort((a, b) => a - b);
}

/** Notes that a run of the schedule began, or one by hand. */
export async function noteRun(db: Kysely<Database>, market: Market): Promise<void> {
  await sql`
    insert into report_state (market, last_run_at) values (${market}, now())
    on conflict (market) do update set last_run_at = now()`.execute(db);
}

/** When the last run began; undefined where none ever did. */
export async function lastRun(db: Kysely<Database>, market: Market): Promise<Date | undefined> {
  const row = await db
    .selectFrom('report_state')
    .select('last_run_at')
    .where('market', '=', market)
    .executeTakeFirst();
  return row?.last_run_at;
}

/** Begins the report of an hour, or begins it again. */
export async function beginReport(db: Kysely<Database>, market: Market, hour: Date): Promise<void> {
  await sql`
    insert into reports as r (market, hour, status) values (${market}, ${hour}, 'running')
    on conflict (market, hour) do update
    set status = 'running', steps = '{}', runs = r.runs + 1, started_at = now(), ended_at = null, error = null`.execute(
    db,
  );
}

/** Records how a step of an hour does. */
export async function recordStep(
  db: Kysely<Database>,
  market: Market,
  hour: Date,
  step: ReportStep,
  report: StepReport,
): Promise<void> {
  await sql`
    update reports set steps = steps || jsonb_build_object(${step}::text, ${JSON.stringify(report)}::jsonb)
    where market = ${market} and hour = ${hour}`.execute(db);
}

/** Records that a step has failed for good, with what its last attempt left, and answers it. */
export async function failStep(
  db: Kysely<Database>,
  market: Market,
  hour: Date,
  step: ReportStep,
  error: string,
): Promise<void> {
  const failed = { status: 'failed', error, ended_at: new Date().toISOString() };
  await sql`
    update reports
    set steps = steps || jsonb_build_object(${step}::text,
      coalesce(steps -> ${step}::text, jsonb_build_object('started_at', ${failed.ended_at}::text, 'attempt', 1, 'summary', null))
      || ${JSON.stringify(failed)}::jsonb)
    where market = ${market} and hour = ${hour}`.execute(db);
}

/** Ends the report of an hour. */
export async function endReport(
  db: Kysely<Database>,
  market: Market,
  hour: Date,
  status: Exclude<ReportStatus, 'running'>,
  error: string | null,
): Promise<void> {
  await db
    .updateTable('reports')
    .set({ status, error, ended_at: sql<Date>`now()` })
    .where('market', '=', market)
    .where('hour', '=', hour)
    .execute();
}

/** The error of the oldest hour in which a step has failed and not succeeded since; undefined where there is none. */
export async function failedStep(
  db: Kysely<Database>,
  market: Market,
  step: ReportStep,
): Promise<{ hour: Date; error: string | null } | undefined> {
  return await db
    .selectFrom('reports')
    .select(['hour', sql<string | null>`steps -> ${step}::text ->> 'error'`.as('error')])
    .where('market', '=', market)
    .where('status', '<>', 'done')
    .where(sql<boolean>`steps -> ${step}::text ->> 'status' = 'failed'`)
    .orderBy('hour')
    .limit(1)
    .executeTakeFirst();
}

/** The newest reports first. */
export async function listReports(
  db: Kysely<Database>,
  market: Market,
  { from, to, limit }: { from?: Date; to?: Date; limit: number },
): Promise<ReportRow[]> {
  let query = db.selectFrom('reports').selectAll().where('market', '=', market);
  if (from !== undefined) query = query.where('hour', '>=', from);
  if (to !== undefined) query = query.where('hour', '<', to);
  return await query.orderBy('hour', 'desc').limit(limit).execute();
}
