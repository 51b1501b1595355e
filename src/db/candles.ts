import { type Kysely, sql } from 'kysely';
import type { Candle } from '../domain/metric-readers';
import type { Market } from '../domain/quote';
import type { MinuteClose } from '../domain/statistics';
import type { Database } from './schema';

/** Minutes of one ticker, from `fromMs` until before `toMs`, Unix milliseconds. */
export interface MinuteSpan {
  market: Market;
  ticker: string;
  fromMs: number;
  toMs: number;
}

const PER_READ = 10_000;

/** The closes of the minutes that there are, by time, some at a time. */
export async function* readCloses(db: Kysely<Database>, span: MinuteSpan): AsyncGenerator<MinuteClose[]> {
  let fromMs = span.fromMs;
  while (fromMs < span.toMs) {
    const rows = await db
      .selectFrom('candles')
      .select([
        sql<number>`(extract(epoch from minute) * 1000)::float8`.as('minuteMs'),
        sql<number>`close::float8`.as('close'),
      ])
      .where('market', '=', span.market)
      .where('ticker', '=', span.ticker)
      .where('minute', '>=', new Date(fromMs))
      .where('minute', '<', new Date(span.toMs))
      .orderBy('minute')
      .limit(PER_READ)
      .execute();
    if (rows.length > 0) yield rows;
    if (rows.length < PER_READ) return;
    fromMs = (rows.at(-1)?.minuteMs as number) + 1;
  }
}

/** The minutes that there are of a span of some days at most, by time. */
export async function readMinutes(db: Kysely<Database>, span: MinuteSpan): Promise<Candle[]> {
  return await db
    .selectFrom('candles')
    .select([
      sql<number>`(extract(epoch from minute) * 1000)::float8`.as('minuteMs'),
      sql<number>`open::float8`.as('open'),
      sql<number>`high::float8`.as('high'),
      sql<number>`low::float8`.as('low'),
      sql<number>`close::float8`.as('close'),
    ])
    .where('market', '=', span.market)
    .where('ticker', '=', span.ticker)
    .where('minute', '>=', new Date(span.fromMs))
    .where('minute', '<', new Date(span.toMs))
    .orderBy('minute')
    .execute();
}

/** Whether any price of a span was published, as opposed to fetched afterwards or imported. */
export async function hasPublishedMinutes(db: Kysely<Database>, span: MinuteSpan): Promise<boolean> {
  const minute = await db
    .selectFrom('candles')
    .select('minute')
    .where('market', '=', span.market)
    .where('ticker', '=', span.ticker)
    .where('minute', '>=', new Date(span.fromMs))
    .where('minute', '<', new Date(span.toMs))
    .where('quote_count', '>', 0)
    .limit(1)
    .executeTakeFirst();
  return minute !== undefined;
}

/** The first and the last minute that a ticker has a candle of; undefined where it has none. */
export async function candleBounds(
  db: Kysely<Database>,
  { market, ticker }: Pick<MinuteSpan, 'market' | 'ticker'>,
): Promise<{ first: Date; last: Date } | undefined> {
  const bounds = await db
    .selectFrom('candles')
    .select([sql<Date | null>`min(minute)`.as('first'), sql<Date | null>`max(minute)`.as('last')])
    .where('market', '=', market)
    .where('ticker', '=', ticker)
    .executeTakeFirstOrThrow();
  const { first, last } = bounds;
  return first === null || last === null ? undefined : { first, last };
}
