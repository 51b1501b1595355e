import { type Kysely, sql } from 'kysely';
import { toDecimal } from '../domain/price';
import type { Market } from '../domain/quote';
import type { SettledQuote } from '../domain/settle';
import type { Database } from './schema';

/** PostgreSQL takes 8,000 bytes in one. */
const QUOTES_PER_NOTIFICATION = 50;

/**
 * Opens a tick for publishing.
 * @returns false where this tick, or a later one, was published already: then nothing may be published
 */
export async function beginTick(db: Kysely<Database>, market: Market, tickAt: Date): Promise<boolean> {
  const { rows } = await sql`
    insert into ticks (market, tick_at)
    select ${market}, ${tickAt}
    -- A tick of a clock that was far ahead must not silence all that come until then.
    where not exists (
      select from ticks
      where market = ${market} and tick_at >= ${tickAt} and tick_at <= now() + interval '1 minute'
    )
    on conflict do nothing
    returning tick_at`.execute(db);
  return rows.length === 1;
}

/** The last published price of each of the tickers that has one. */
export async function lastPrices(
  db: Kysely<Database>,
  market: Market,
  tickers: string[],
): Promise<Map<string, number>> {
  const { rows } = await sql<{ ticker: string; price: string }>`
    select t.ticker, q.price
    from unnest(${tickers}::text[]) as t (ticker)
    cross join lateral (
      select price from quotes where market = ${market} and ticker = t.ticker order by seq desc limit 1
    ) as q`.execute(db);
  return new Map(rows.map((row) => [row.ticker, Number(row.price)]));
}

/** Stores the quotes of a tick, adds them to the one-minute candles, and tells every listening process. */
export async function storeQuotes(
  db: Kysely<Database>,
  market: Market,
  tickAt: Date,
  quotes: SettledQuote[],
): Promise<void> {
  if (quotes.length === 0) return;
  const rows = quotes.map((quote) => ({
    market,
    ticker: quote.ticker,
    price: toDecimal(quote.price),
    quoted_at: new Date(quote.quotedAtMs),
    tick_at: tickAt,
    source_count: quote.sources.length,
    spread: quote.spread,
    is_jump: quote.isJump,
  }));
  await db.insertInto('quotes').values(rows).execute();
  await sql`
    insert into candles as c (market, ticker, minute, open, high, low, close)
    select market, ticker, date_trunc('minute', quoted_at), price, price, price, price
    from quotes where market = ${market} and tick_at = ${tickAt}
    on conflict (market, ticker, minute) do update
    set high = greatest(c.high, excluded.high), low = least(c.low, excluded.low),
        close = excluded.close, quote_count = c.quote_count + 1`.execute(db);
  const said = rows.map(({ ticker, price, quoted_at }) => ({ ticker, price, quoted_at }));
  for (let from = 0; from < said.length; from += QUOTES_PER_NOTIFICATION) {
    const message = JSON.stringify({ market, quotes: said.slice(from, from + QUOTES_PER_NOTIFICATION) });
    await sql`select pg_notify('pricehook_quotes', ${message})`.execute(db);
  }
}
