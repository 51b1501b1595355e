import { type Kysely, sql, type Transaction } from 'kysely';
import type { MinuteStatistics, WindowStatistics } from '../domain/statistics';
import type { HourStatistics } from '../domain/statistics-hour';
import type { MinuteSpan } from './candles';
import type { Database } from './schema';

type Of = Pick<MinuteSpan, 'market' | 'ticker'>;

/** Keeps all others from changing the statistics and anomalies of a ticker until the transaction ends. */
export async function lockForAnalysis(trx: Transaction<Database>, { market, ticker }: Of): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(hashtext('pricehook:analysis'), hashtext(${`${market}:${ticker}`}))`.execute(
    trx,
  );
}

/** The same, unless somebody has it: then it answers false at once. */
export async function tryLockForAnalysis(
  trx: Transaction<Database>,
  { market, ticker }: Of,
): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`
    select pg_try_advisory_xact_lock(hashtext('pricehook:analysis'), hashtext(${`${market}:${ticker}`})) as taken`.execute(
    trx,
  );
  return rows[0]?.taken === true;
}

const FIGURES = ['points', 'mean', 'stddev', 'change', 'returns', 'volatility', 'zscore'] as const;

/** Stores statistics of minutes, in place of those that were there; what is the same is not written again. */
export async function storeMinuteStatistics(
  db: Kysely<Database>,
  { market, ticker }: Of,
  minutes: readonly MinuteStatistics[],
): Promise<void> {
  const rows = minutes.flatMap(({ minuteMs, windows }) => windows.map((window) => ({ minuteMs, window })));
  const figure = (name: keyof WindowStatistics) => rows.map(({ window }) => window[name]);
  const [points, mean, stddev, change, returns, volatility, zscore] = FIGURES.map(figure);
  await sql`
    insert into statistics_minute as s
      (market, ticker, window_minutes, minute, points, mean, stddev, change, returns, volatility, zscore)
    select ${market}, ${ticker}, w, to_timestamp(minute_s), points, mean, stddev, change, returns, volatility, zscore
    from unnest(
      ${figure('windowMinutes')}::integer[], ${rows.map(({ minuteMs }) => minuteMs / 1_000)}::float8[],
      ${points}::integer[], ${mean}::float8[], ${stddev}::float8[], ${change}::float8[], ${returns}::integer[],
      ${volatility}::float8[], ${zscore}::float8[]
    ) as u (w, minute_s, points, mean, stddev, change, returns, volatility, zscore)
    on conflict (market, ticker, window_minutes, minute) do update
    set points = excluded.points, mean = excluded.mean, stddev = excluded.stddev, change = excluded.change,
        returns = excluded.returns, volatility = excluded.volatility, zscore = excluded.zscore
    where (s.points, s.mean, s.stddev, s.change, s.returns, s.volatility, s.zscore) is distinct from
      (excluded.points, excluded.mean, excluded.stddev, excluded.change, excluded.returns, excluded.volatility,
       excluded.zscore)`.execute(db);
}

/** Stores statistics of hours, in place of those that were there. */
export async function storeHourStatistics(
  db: Kysely<Database>,
  { market, ticker }: Of,
  hours: readonly HourStatistics[],
): Promise<void> {
  const figure = (name: keyof HourStatistics) => hours.map((hour) => hour[name]);
  await sql`
    insert into statistics_hour as s
      (market, ticker, hour, points, close, mean, stddev, change, returns, volatility)
    select ${market}, ${ticker}, to_timestamp(hour_s), points, close, mean, stddev, change, returns, volatility
    from unnest(
      ${hours.map(({ hourMs }) => hourMs / 1_000)}::float8[], ${figure('points')}::integer[],
      ${figure('close')}::float8[], ${figure('mean')}::float8[], ${figure('stddev')}::float8[],
      ${figure('change')}::float8[], ${figure('returns')}::integer[], ${figure('volatility')}::float8[]
    ) as u (hour_s, points, close, mean, stddev, change, returns, volatility)
    on conflict (market, ticker, hour) do update
    set points = excluded.points, close = excluded.close, mean = excluded.mean, stddev = excluded.stddev,
        change = excluded.change, returns = excluded.returns, volatility = excluded.volatility
    where (s.points, s.close, s.mean, s.stddev, s.change, s.returns, s.volatility) is distinct from
      (excluded.points, excluded.close, excluded.mean, excluded.stddev, excluded.change, excluded.returns,
       excluded.volatility)`.execute(db);
}
