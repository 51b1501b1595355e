import { type Kysely, sql } from 'kysely';
import type { Database } from '../../src/db/schema';

const MINUTE_MS = 60_000;
const DAYS = 7;
/** Some minutes more than the longest metric reaches back. */
const MINUTES = DAYS * 1_440 + 60;
/** Half a day before the end there was a high so far above everything since that no later one is the day's. */
const HIGH_BEFORE = 720;
const HIGH = 0.05;

/**
 * Stores the candles of seven days, in which prices have quivered by so much, up to before the minute of `endMs` (Unix
 * milliseconds), so that every metric is known there. Minutes that there are stay as they are.
 */
export async function storeQuiveringDays(
  db: Kysely<Database>,
  prices: Record<string, number>,
  quiver: number,
  endMs: number,
): Promise<void> {
  const end = new Date(Math.floor(endMs / MINUTE_MS) * MINUTE_MS);
  await sql`
    insert into candles (market, ticker, minute, open, high, low, close)
    select 'replay', ticker, ${end}::timestamptz - n * interval '1 minute', price,
      price * case when n = ${HIGH_BEFORE} then ${1 + HIGH}::numeric else 1 end, price, price
    from (
      select ticker, n, round((price * (1 + ${quiver} * sin(n + place)))::numeric, 12) as price
      from unnest(${Object.keys(prices)}::text[], ${Object.values(prices)}::float8[]) with ordinality as t (ticker, price, place)
      cross join generate_series(1, ${MINUTES}::int) as n
    ) as minutes
    on conflict (market, ticker, minute) do nothing`.execute(db);
}
