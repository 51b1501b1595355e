import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { lockForPublishing } from '../../src/db/publish-lock';
import { beginTick } from '../../src/db/publishing';
import type { Database } from '../../src/db/schema';
import { storeSourceQuotes } from '../../src/db/source-quotes';
import type { SourceName, Verdict } from '../../src/domain/quote';

export const SOURCES: SourceName[] = ['binance', 'kraken', 'okx'];

/** One tick as `publishQuotes` stores it: every source says one more than the one before, and the last of them is not taken. */
export async function storeTick(
  db: Kysely<Database>,
  atMs: number,
  price = 100,
  tickers: readonly string[] = ['BTC'],
): Promise<void> {
  const verdicts = tickers.flatMap((ticker) =>
    SOURCES.map(
      (source, index): Verdict => ({
        quote: {
          source,
          ticker,
          price: price + index,
          sourceTimeMs: index ? atMs - 250 : null,
          receivedAtMs: atMs + index,
        },
        reason: index === SOURCES.length - 1 ? 'deviates' : null,
      }),
    ),
  );
  await db.transaction().execute(async (trx) => {
    await lockForPublishing(trx, 'replay');
    await beginTick(trx, 'replay', new Date(atMs));
    await storeSourceQuotes(trx, 'replay', new Date(atMs), verdicts);
  });
}

/** Very many quotes of one ticker, ten seconds apart. */
export async function storeMany(
  db: Kysely<Database>,
  ticker: string,
  from: Date,
  count: number,
): Promise<void> {
  await sql`
    insert into source_quotes (market, ticker, source, price, received_at, tick_at, accepted)
    select 'replay', ${ticker}, 'binance', 100 + n, at, at, true
    from (select n, ${from}::timestamptz + n * interval '10 seconds' as at from generate_series(1, ${count}::int) as n) as ticks
    order by n`.execute(db);
}

/** What a ticker's log must hold, line by line, but for the header; by another way than the archive's own. */
export async function expectedLines(db: Kysely<Database>, ticker = 'BTC'): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    select concat_ws(',', seq, ${iso(sql`tick_at`)}, coalesce(${iso(sql`source_time`)}, ''), ${iso(sql`received_at`)},
      source, price, accepted::text, coalesce(reason, '')) as line
    from source_quotes where market = 'replay' and ticker = ${ticker} order by seq`.execute(db);
  return rows.map(({ line }) => line);
}

const iso = (time: ReturnType<typeof sql>) =>
  sql`to_char(${time} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
