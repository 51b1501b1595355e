import { sql, type Transaction } from 'kysely';
import type { MinuteSpan } from './candles';
import type { Database } from './schema';

/** A candle as a file has it: prices and volume as decimal strings. */
export interface ImportedCandle {
  minuteMs: number;
  open: string;
  high: string;
  low: string;
  close: string;
  /** In the coin; null where the file has none. */
  volume: string | null;
}

export interface ImportResult {
  added: number;
  same: number;
  changed: number;
}

/** Opens the table that candles wait in until all of them are there; it goes with the transaction. */
export async function beginImport(trx: Transaction<Database>): Promise<void> {
  // Reading a file may take its time between two statements; nobody waits for the locks but the ticker's next analysis.
  await sql`set local idle_in_transaction_session_timeout = '10min'`.execute(trx);
  await sql`
    create temporary table imported_candles (
      minute timestamptz primary key, open numeric, high numeric, low numeric, close numeric, volume numeric
    ) on commit drop`.execute(trx);
}

/** Adds candles to those that wait; no minute may come twice. */
export async function addToImport(
  trx: Transaction<Database>,
  candles: readonly ImportedCandle[],
): Promise<void> {
  const of = <K extends keyof ImportedCandle>(name: K) => candles.map((candle) => candle[name]);
  await sql`
    insert into imported_candles
    select to_timestamp(minute_s), open, high, low, close, volume
    from unnest(
      ${of('minuteMs').map((minuteMs) => minuteMs / 1_000)}::float8[], ${of('open')}::numeric[], ${of('high')}::numeric[],
      ${of('low')}::numeric[], ${of('close')}::numeric[], ${of('volume')}::numeric[]
    ) as u (minute_s, open, high, low, close, volume)`.execute(trx);
}

/** Makes the waiting candles a ticker's own; a volume that is known stays where the file has none. */
export async function finishImport(
  trx: Transaction<Database>,
  { market, ticker }: Pick<MinuteSpan, 'market' | 'ticker'>,
): Promise<ImportResult> {
  // Without figures of it, PostgreSQL takes a new table for a small one.
  await sql`analyze imported_candles`.execute(trx);
  const { rows } = await sql<{ total: number; known: number; same: number }>`
    select count(*)::integer as total, count(c.minute)::integer as known,
      count(*) filter (
        where (c.open, c.high, c.low, c.close, c.volume) is not distinct from
          (i.open, i.high, i.low, i.close, coalesce(i.volume, c.volume))
      )::integer as same
    from imported_candles as i
    left join candles as c on c.market = ${market} and c.ticker = ${ticker} and c.minute = i.minute`.execute(
    trx,
  );
  const { total = 0, known = 0, same = 0 } = rows[0] ?? {};
  await sql`
    insert into candles as c (market, ticker, minute, open, high, low, close, volume, quote_count)
    select ${market}, ${ticker}, minute, open, high, low, close, volume, 0 from imported_candles
    on conflict (market, ticker, minute) do update
    set open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
        volume = coalesce(excluded.volume, c.volume), quote_count = 0
    where (c.open, c.high, c.low, c.close, c.volume) is distinct from
      (excluded.open, excluded.high, excluded.low, excluded.close, coalesce(excluded.volume, c.volume))`.execute(
    trx,
  );
  return { added: total - known, same, changed: known - same };
}
