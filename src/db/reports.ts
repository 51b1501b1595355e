import { type Kysely, type Selectable, sql } from 'kysely';
import type { Market } from '../domain/quote';
import type { ReportStatus, ReportStep, StepReport } from '../domain/report';
import { HOUR_MS } from '../domain/statistics-hour';
import type { Database } from './schema';
import { isOver } from './source-quotes';
import { storable, storableJson } from './storable';
import type { ReportsTable } from './tables/reports';
import { withTickers } from './tickers';

export type ReportRow = Selectable<ReportsTable>;

const milliseconds = (column: ReturnType<typeof sql>) =>
  sql<number>`(extract(epoch from ${column}) * 1000)::float8`;

/** An hour that has failed so often comes after all others. */
const RUNS_FIRST = 10;

/** When a market was first heard of, Unix milliseconds; undefined where it never was. Some looks into an index for each ticker. */
export async function firstTick(db: Kysely<Database>, market: Market): Promise<number | undefined> {
  const { rows } = await sql<{ at: number | null }>`
    ${withTickers('source_quotes', market)}
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
 * The hours that are owed a report, by time: from the first that has quotes, or was fetched because it lay before them, to
 * `lastMs`, without those that are done, and those of the past that are still to be fetched; and those that are to be reported
 * again. The latter come after the others, as do those that fail again and again.
 */
export async function owedHours(
  db: Kysely<Database>,
  market: Market,
  lastMs: number,
  limit: number,
): Promise<number[]> {
  const { rows } = await sql<{ at: number }>`
    ${await owed(db, market, lastMs)}
    select ${milliseconds(sql`hour`)} as at from owed
    -- Hours that fail again and again keep no others from being reported.
    order by (status = 'done' or runs >= ${RUNS_FIRST}) is true, hour
    limit ${limit}`.execute(db);
  return rows.map(({ at }) => at).sort((a, b) => a - b);
}

/** The first hour that is owed a report, or has one under way, Unix milliseconds; undefined where there is none. */
export async function firstOwedHour(
  db: Kysely<Database>,
  market: Market,
  lastMs: number,
): Promise<number | undefined> {
  const { rows } = await sql<{ at: number | null }>`
    ${await owed(db, market, lastMs)}
    select ${milliseconds(sql`min(hour)`)} as at from (
      select hour from owed
      union all
      select hour from reports
      -- One that was given up in the middle is under way for ever.
      where market = ${market} and status = 'running' and started_at > now() - interval '1 day'
    ) as h`.execute(db);
  return rows[0]?.at ?? undefined;
}

/** The beginning of a statement that looks at the hours that are owed a report. */
async function owed(db: Kysely<Database>, market: Market, lastMs: number) {
  const first = new Date((await firstTick(db, market)) ?? lastMs + HOUR_MS);
  const last = new Date(lastMs);
  return sql`
    with known as (
      -- Not gaps of long ago, whose quotes were dropped meanwhile: only what was fetched up to the first tick.
      select least(${first}::timestamptz, min(from_minute)) as since from gaps
      where market = ${market} and to_minute >= ${first}::timestamptz - interval '1 minute'
    ),
    owed as (
      select h.hour, r.status, r.runs
      from (
        select generate_series(date_trunc('hour', since, 'UTC'), ${last}::timestamptz, interval '1 hour') as hour from known
        union
        select hour from reports where market = ${market} and stale_since is not null and hour <= ${last}
      ) as h
      left join reports as r on r.market = ${market} and r.hour = h.hour
      where (r.status is distinct from 'done' or r.stale_since is not null) and not exists (
        select from gaps as g
        where g.market = ${market} and g.closed_at is null and g.from_minute < ${first}
          and h.hour < g.to_minute and h.hour + interval '1 hour' > g.from_minute
      )
    )`;
}

/**
 * Notes that candles which these hours are made of came after their reports began: the next run takes them again. To be
 * called once the candles are stored, or in the transaction that stores them.
 * @param hours Unix milliseconds of their beginnings
 */
export async function markStale(
  db: Kysely<Database>,
  market: Market,
  hours: readonly number[],
): Promise<void> {
  if (hours.length === 0) return;
  await sql`
    -- Not the transaction's time: a report that waits for this row begins after it.
    update reports set stale_since = clock_timestamp()
    where market = ${market} and hour = any(${hours.map((hourMs) => new Date(hourMs))}::timestamptz[])`.execute(
    db,
  );
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
    update reports set steps = steps || jsonb_build_object(${step}::text, ${storableJson(report)}::jsonb)
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
      || ${storableJson(failed)}::jsonb)
    where market = ${market} and hour = ${hour}`.execute(db);
}

/** Ends the report of an hour. One that is done is to be made again only for what came after it had begun. */
export async function endReport(
  db: Kysely<Database>,
  market: Market,
  hour: Date,
  status: Exclude<ReportStatus, 'running'>,
  error: string | null,
): Promise<void> {
  await db
    .updateTable('reports')
    .set({
      ...{ status, error: error && storable(error), ended_at: sql<Date>`now()` },
      ...(status === 'done' && {
        stale_since: sql<Date | null>`case when stale_since >= started_at then stale_since end`,
      }),
    })
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

/** Whether each hour of a span, whose ends are full hours, was reported, done or failed. */
export async function areReported(
  db: Kysely<Database>,
  market: Market,
  { from, to }: { from: Date; to: Date },
): Promise<boolean> {
  const { count } = await db
    .selectFrom('reports')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('market', '=', market)
    .where('hour', '>=', from)
    .where('hour', '<', to)
    .where('ended_at', 'is not', null)
    .executeTakeFirstOrThrow();
  return count * HOUR_MS >= to.getTime() - from.getTime();
}

/** The reports that are under way, or were ended since a time, the oldest hour first. */
export async function reportsSince(db: Kysely<Database>, market: Market, since: Date): Promise<ReportRow[]> {
  return await db
    .selectFrom('reports')
    .selectAll()
    .where('market', '=', market)
    .where((where) => where.or([where('status', '=', 'running'), where('ended_at', '>=', since)]))
    .orderBy('hour')
    .execute();
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
