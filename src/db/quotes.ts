import { type Kysely, sql } from 'kysely';
import type { Market } from '../domain/quote';
import type { Database } from './schema';

/** Publishing says here what it published, as JSON: `{market, quotes: [{ticker, price, quoted_at}]}`. */
export const QUOTES_CHANNEL = 'pricehook_quotes';

export interface PublishedQuote {
  ticker: string;
  price: string;
  quoted_at: Date;
}

/** The last published quote of each of the tickers that has one, however old. */
export async function lastQuotes(
  db: Kysely<Database>,
  market: Market,
  tickers: readonly string[],
): Promise<PublishedQuote[]> {
  const { rows } = await sql<PublishedQuote>`
    select t.ticker, q.price, q.quoted_at
    from unnest(${tickers}::text[]) as t (ticker)
    cross join lateral (
      select price, quoted_at from quotes where market = ${market} and ticker = t.ticker order by seq desc limit 1
    ) as q`.execute(db);
  return rows;
}
