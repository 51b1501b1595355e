import { type Kysely, sql } from 'kysely';
import type { MinuteSpan } from './candles';
import type { Database } from './schema';

export interface CandleRow {
  /** When it begins. */
  time: Date;
  /** Decimal strings. */
  open: string;
  high: string;
  low: string;
  close: string;
  quote_count: number;
}

export interface CandlePageWish extends MinuteSpan {
  /** How long a candle is; those of the clock in UTC. */
  intervalMs: number;
  /** How many intervals a page reaches over at most. */
  limit: number;
}

/**
 * A page of candles that begin in a span, by time, made of those minutes that there are; an interval without any is left
 * out, and the last one may be under way.
 */
export async function listCandles(
  db: Kysely<Database>,
  { market, ticker, fromMs, toMs, intervalMs, limit }: CandlePageWish,
): Promise<{ candles: CandleRow[]; nextMs: number | undefined }> {
  const up = (timeMs: number) => Math.ceil(timeMs / intervalMs) * intervalMs;
  /** When the first candle after a time begins: gaps take no pages. */
  const firstFrom = async (timeMs: number): Promise<number | undefined> => {
    const row = await db
      .selectFrom('candles')
      .select('minute')
      .where('market', '=', market)
      .where('ticker', '=', ticker)
      .where('minute', '>=', new Date(timeMs))
      .where('minute', '<', new Date(up(toMs)))
      .orderBy('minute')
      .limit(1)
      .executeTakeFirst();
    return row && Math.floor(row.minute.getTime() / intervalMs) * intervalMs;
  };
  const startMs = await firstFrom(up(fromMs));
  if (startMs === undefined) return { candles: [], nextMs: undefined };
  const endMs = Math.min(up(toMs), startMs + limit * intervalMs);
  const { rows } = await sql<CandleRow>`
    select date_bin(${`${intervalMs / 1_000} seconds`}::interval, minute, 'epoch'::timestamptz) as time,
      (array_agg(open order by minute))[1] as open, max(high) as high, min(low) as low,
      (array_agg(close order by minute desc))[1] as close, sum(quote_count)::integer as quote_count
    from candles
    where market = ${market} and ticker = ${ticker} and minute >= ${new Date(startMs)} and minute < ${new Date(endMs)}
    group by 1 order by 1`.execute(db);
  return { candles: rows, nextMs: await firstFrom(endMs) };
}
