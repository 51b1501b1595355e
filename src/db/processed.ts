import { type Kysely, sql } from 'kysely';
import type { Anomaly } from '../domain/anomaly';
import type { MinuteSpan } from './candles';
import type { Database } from './schema';

/** An hour's statistics of one ticker, by minute and window. */
export async function readMinuteStatistics(db: Kysely<Database>, span: MinuteSpan) {
  return await db
    .selectFrom('statistics_minute')
    .select([
      ...([
        'minute',
        'window_minutes',
        'points',
        'mean',
        'stddev',
        'change',
        'returns',
        'volatility',
      ] as const),
      'zscore',
    ])
    .where('market', '=', span.market)
    .where('ticker', '=', span.ticker)
    .where('minute', '>=', new Date(span.fromMs))
    .where('minute', '<', new Date(span.toMs))
    .orderBy('minute')
    .orderBy('window_minutes')
    .execute();
}

/** The statistics of hours of one ticker. */
export async function readHourStatistics(db: Kysely<Database>, span: MinuteSpan) {
  return await db
    .selectFrom('statistics_hour')
    .select(['hour', 'points', 'close', 'mean', 'stddev', 'change', 'returns', 'volatility'])
    .where('market', '=', span.market)
    .where('ticker', '=', span.ticker)
    .where('hour', '>=', new Date(span.fromMs))
    .where('hour', '<', new Date(span.toMs))
    .orderBy('hour')
    .execute();
}

/** The anomalies of one ticker that began or ended in a span. */
export async function readAnomaliesOf(
  db: Kysely<Database>,
  span: MinuteSpan,
): Promise<Omit<Anomaly, 'peak' | 'peakAtMs'>[]> {
  const isInside = (time: 'started_at' | 'ended_at') =>
    sql<boolean>`(${sql.ref(time)} >= ${new Date(span.fromMs)} and ${sql.ref(time)} < ${new Date(span.toMs)})`;
  const rows = await db
    .selectFrom('anomalies')
    .select(['rule', 'window_minutes', 'threshold', 'started_at', 'ended_at', 'value', 'price'])
    .where('market', '=', span.market)
    .where('ticker', '=', span.ticker)
    .where(({ or }) => or([isInside('started_at'), isInside('ended_at')]))
    .execute();
  return rows.map(({ rule, window_minutes, threshold, started_at, ended_at, value, price }) => ({
    ...{ rule, windowMinutes: window_minutes, threshold, value, price },
    ...{ startedAtMs: started_at.getTime(), endedAtMs: ended_at?.getTime() ?? null },
  }));
}

/** The closes of a span's minutes that no published quote made: imported, or fetched after a gap from the exchanges in `source`. */
export async function readOtherMinutes(db: Kysely<Database>, span: MinuteSpan) {
  return await db
    .selectFrom('candles')
    .select(['minute', 'close', 'source'])
    .where('market', '=', span.market)
    .where('ticker', '=', span.ticker)
    .where('minute', '>=', new Date(span.fromMs))
    .where('minute', '<', new Date(span.toMs))
    .where('quote_count', '=', 0)
    .orderBy('minute')
    .execute();
}
