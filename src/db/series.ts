import { type Kysely, sql } from 'kysely';
import type { Metric } from '../domain/metrics';
import type { Market } from '../domain/quote';
import { LONGEST_BREAK_MS } from '../domain/rule-watch';
import type { Database } from './schema';

/** A metric of a ticker, in this tick. Times in Unix milliseconds. */
export interface SeenValue {
  ticker: string;
  metric: Metric;
  value: number;
  atMs: number;
}

/** What a metric of a ticker is called in the tables: `BTC change_1h`. */
export function seriesName({ ticker, metric }: { ticker: string; metric: Metric }): string {
  return `${ticker} ${metric}`;
}

/** The metric and the ticker that a series is of. */
export function ofSeries(series: string): { ticker: string; metric: Metric } {
  const [ticker = '', metric = ''] = series.split(' ');
  return { ticker, metric: metric as Metric };
}

/** The series that alerts wait for, each found by one step in an index, however many alerts there are. */
export async function seriesInUse(
  db: Kysely<Database>,
  market: Market,
): Promise<{ ticker: string; metric: Metric }[]> {
  const { rows } = await sql<{ series: string }>`
    with recursive used (series) as (
      (select series from watches where market = ${market} order by series limit 1)
      union all
      select (
        select series from watches where market = ${market} and series > used.series order by series limit 1
      ) from used where used.series is not null
    )
    select series from used where series is not null`.execute(db);
  return rows.map(({ series }) => ofSeries(series));
}

/**
 * Notes what was seen of each series in this tick.
 * @returns since when each was seen without a long break, by its name, Unix milliseconds
 */
export async function recordSeen(
  db: Kysely<Database>,
  market: Market,
  seen: readonly SeenValue[],
): Promise<Map<string, number>> {
  if (seen.length === 0) return new Map();
  const { rows } = await sql<{ series: string; since: Date }>`
    insert into series as s (market, series, seen_at, unbroken_since, value)
    select ${market}, series, at, at, value
    from unnest(
      ${seen.map(seriesName)}::text[], ${seen.map(({ value }) => value)}::float8[],
      ${seen.map(({ atMs }) => new Date(atMs))}::timestamptz[]
    ) as seen (series, value, at)
    order by series
    on conflict (market, series) do update
    set seen_at = excluded.seen_at, value = excluded.value,
      unbroken_since = case
        when excluded.seen_at - s.seen_at <= make_interval(secs => ${LONGEST_BREAK_MS / 1000}) then s.unbroken_since
        else excluded.seen_at
      end
    returning series, unbroken_since as since`.execute(db);
  return new Map(rows.map(({ series, since }) => [series, since.getTime()]));
}

/** How old a series' last value may be to tell on which side of a threshold a new alert begins. */
const KNOWN_FOR = sql`interval '5 minutes'`;

/** The last value of a metric, where it was seen lately; of prices, whether any alert waits for them or not. */
export async function lastValue(
  db: Kysely<Database>,
  market: Market,
  of: { ticker: string; metric: Metric },
): Promise<number | null> {
  const last =
    of.metric === 'price'
      ? sql`select price::float8 as value, quoted_at as at from quotes
          where market = ${market} and ticker = ${of.ticker} order by seq desc limit 1`
      : sql`select value, seen_at as at from series where market = ${market} and series = ${seriesName(of)}`;
  const { rows } = await sql<{ value: number }>`
    select value from (${last}) as last where at > now() - ${KNOWN_FOR}`.execute(db);
  return rows[0]?.value ?? null;
}
