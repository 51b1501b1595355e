import { type RawBuilder, sql } from 'kysely';
import type { Market } from '../domain/quote';

/**
 * The beginning of a statement that has, as `tickers`, those of which a table holds anything, and a last row of null: some looks
 * into the table's index by market and ticker instead of a walk through all of it.
 */
export function withTickers(table: 'source_quotes' | 'statistics_hour', market: Market): RawBuilder<unknown> {
  const rows = sql.table(table);
  return sql`
    with recursive tickers as (
      (select ticker from ${rows} where market = ${market} order by ticker limit 1)
      union all
      select (
        select ticker from ${rows} where market = ${market} and ticker > t.ticker order by ticker limit 1
      )
      from tickers as t where t.ticker is not null
    )`;
}
