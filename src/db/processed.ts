import { type Kysely, sql } from 'kysely';
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

export interface AnomalyEvent {
  at: Date;
  event: 'started' | 'ended';
  rule: string;
  window_minutes: number;
  threshold: number;
  started_at: Date;
  value: number;
  price: number;
}

/** The anomalies of one ticker that began or ended in a span: what later hours can't change any longer. */
export async function readAnomalyEvents(db: Kysely<Database>, span: MinuteSpan): Promise<AnomalyEvent[]> {
  const { rows } = await sql<AnomalyEvent>`
    select at, event, rule, window_minutes, threshold, started_at, value, price
    from anomalies cross join lateral (values (started_at, 'started'), (ended_at, 'ended')) as e (at, event)
    where market = ${span.market} and ticker = ${span.ticker}
      and at >= ${new Date(span.fromMs)} and at < ${new Date(span.toMs)}
    order by at, rule, event, started_at`.execute(db);
  return rows;
}
