import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { CandleSeries, CloseSeries, ValueSeries } from '../domain/minute-series';
import type { MinuteSpan } from './candles';
import type { Database } from './schema';

/** No quote was received farther from the time of its tick. */
const LONGEST_TICK_MS = 60_000;

/**
 * The candles of a span's minutes. As bytes, one value a column instead of a row a minute, a year takes a tenth of the CPU
 * here that it takes as rows.
 */
export async function readCandleSeries(db: Kysely<Database>, span: MinuteSpan): Promise<CandleSeries> {
  const { rows } = await sql<Record<keyof CandleSeries, Buffer | null>>`
    select ${TIMES} as "minutesMs",
      ${floats(sql`open`)} as open, ${floats(sql`high`)} as high, ${floats(sql`low`)} as low, ${floats(sql`close`)} as close
    from candles
    where market = ${span.market} and ticker = ${span.ticker}
      and minute >= ${new Date(span.fromMs)} and minute < ${new Date(span.toMs)}`.execute(db);
  return arraysOf(rows[0] as (typeof rows)[0]);
}

/** Their closes alone. */
export async function readCloseSeries(db: Kysely<Database>, span: MinuteSpan): Promise<CloseSeries> {
  const { rows } = await sql<Record<keyof CloseSeries, Buffer | null>>`
    select ${TIMES} as "minutesMs", ${floats(sql`close`)} as close
    from candles
    where market = ${span.market} and ticker = ${span.ticker}
      and minute >= ${new Date(span.fromMs)} and minute < ${new Date(span.toMs)}`.execute(db);
  return arraysOf(rows[0] as (typeof rows)[0]);
}

/**
 * How far apart the sources of a ticker lay in a span's minutes, in per cent of the price: of the published quotes of two sources or
 * more, for as long as they are kept.
 */
export async function readSpreads(db: Kysely<Database>, span: MinuteSpan): Promise<ValueSeries> {
  const { rows } = await sql<Record<keyof ValueSeries, Buffer | null>>`
    with spreads as (
      select date_trunc('minute', quoted_at) as minute, min(spread)::float8 * 100 as low, max(spread)::float8 * 100 as high,
        (array_agg(spread order by seq desc))[1]::float8 * 100 as close, (array_agg(price order by seq desc))[1] as price
      from quotes
      where market = ${span.market} and ticker = ${span.ticker} and source_count >= 2
        and quoted_at >= ${new Date(span.fromMs)} and quoted_at < ${new Date(span.toMs)}
        -- The index is by tick.
        and tick_at >= ${new Date(span.fromMs - LONGEST_TICK_MS)} and tick_at < ${new Date(span.toMs + LONGEST_TICK_MS)}
      group by 1
    )
    select ${TIMES} as "minutesMs",
      ${floats(sql`low`)} as low, ${floats(sql`high`)} as high, ${floats(sql`close`)} as close, ${floats(sql`price`)} as price
    from spreads`.execute(db);
  return arraysOf(rows[0] as (typeof rows)[0]);
}

const floats = (value: RawBuilder<unknown>) =>
  sql`string_agg(float8send(${value}::float8), ''::bytea order by minute)`;
const TIMES = sql`string_agg(timestamptz_send(minute), ''::bytea order by minute)`;

function arraysOf<K extends string>(row: Record<K, Buffer | null>): Record<K, Float64Array> {
  const entries = Object.entries<Buffer | null>(row).map(([name, bytes]) => [
    name,
    valuesOf(bytes ?? NOTHING, name === 'minutesMs' ? timeAt : floatAt),
  ]);
  return Object.fromEntries(entries);
}

const NOTHING = Buffer.alloc(0);

/** Eight bytes each, the highest first. */
function valuesOf(bytes: Buffer, read: (view: DataView, at: number) => number): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float64Array(bytes.byteLength / 8);
  for (let n = 0; n < values.length; n += 1) values[n] = read(view, n * 8);
  return values;
}

const floatAt = (view: DataView, at: number) => view.getFloat64(at);

/** PostgreSQL counts microseconds from 2000 on. */
const timeAt = (view: DataView, at: number) =>
  (view.getInt32(at) * 2 ** 32 + view.getUint32(at + 4)) / 1_000 + Date.UTC(2000);
