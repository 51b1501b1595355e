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
  const at = (name: 'open' | 'close', minute: 'first' | 'last') => sql`(
    select ${sql.ref(name)} from candles
    where market = ${market} and ticker = ${ticker} and minute = b.${sql.ref(minute)}
  ) as ${sql.ref(name)}`;
  // Looking up each interval's first and last minute costs far less than sorting the half a million minutes of a year.
  const { rows } = await sql<CandleRow>`
    with bins as materialized (
      select date_bin(${`${intervalMs / 1_000} seconds`}::interval, minute, 'epoch'::timestamptz) as time,
        min(minute) as first, max(minute) as last, max(high) as high, min(low) as low,
        sum(quote_count)::integer as quote_count
      from candles
      where market = ${market} and ticker = ${ticker} and minute >= ${new Date(startMs)} and minute < ${new Date(endMs)}
      group by 1
    )
    select time, ${at('open', 'first')}, high, low, ${at('close', 'last')}, quote_count
    from bins as b order by time`.execute(db);
  return { candles: rows, nextMs: await firstFrom(endMs) };
}
