import { type Kysely, sql } from 'kysely';
import type { Database } from '../../src/db/schema';
import { FORTNIGHT_STARTS_AT_MS, readFortnight } from '../../src/dev/exchanges/recordings';
import type { Market } from '../../src/domain/quote';

const MINUTE_MS = 60_000;

/**
 * Stores recorded minutes of a ticker as candles, from one time until before another, such as `2021-05-12T18:00Z`;
 * with `endAt`, as if the last of them were over then.
 */
export async function seedCandles(
  db: Kysely<Database>,
  {
    ticker,
    from,
    to,
    market = 'replay',
    endAt,
  }: { ticker: string; from: string; to: string; market?: Market; endAt?: Date },
): Promise<void> {
  const recording = readFortnight(ticker);
  if (recording === null) throw new Error(`There is no recording of ${ticker}`);
  const place = (time: string) => (Date.parse(time) - FORTNIGHT_STARTS_AT_MS) / MINUTE_MS;
  const candles = recording.candles.slice(place(from), place(to));
  const prices = (name: 'open' | 'high' | 'low' | 'close') => candles.map((candle) => candle[name]);
  const startsAt = endAt ? new Date(endAt.getTime() - candles.length * MINUTE_MS) : new Date(from);
  await sql`
    insert into candles (market, ticker, minute, open, high, low, close)
    select ${market}, ${ticker}, ${startsAt}::timestamptz + (n - 1) * interval '1 minute', open, high, low, close
    from unnest(
      ${prices('open')}::numeric[], ${prices('high')}::numeric[], ${prices('low')}::numeric[], ${prices('close')}::numeric[]
    ) with ordinality as u (open, high, low, close, n)`.execute(db);
}
