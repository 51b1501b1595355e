import { type Kysely, sql } from 'kysely';
import { toDecimal } from '../domain/price';
import type { Market, RejectionReason, SourceName, Verdict } from '../domain/quote';
import type { Database } from './schema';
import { withTickers } from './tickers';

/** A source quote as it is stored. */
export interface StoredSourceQuote {
  seq: string;
  ticker: string;
  source: SourceName;
  /** A decimal string. */
  price: string;
  source_time: Date | null;
  received_at: Date;
  tick_at: Date;
  accepted: boolean;
  reason: RejectionReason | null;
}

const COLUMNS = [
  'seq',
  'ticker',
  'source',
  'price',
  'source_time',
  'received_at',
  'tick_at',
  'accepted',
  'reason',
] as const;

/** Stores what the sources said in one tick and what became of it; in the transaction that publishes the tick. */
export async function storeSourceQuotes(
  db: Kysely<Database>,
  market: Market,
  tickAt: Date,
  verdicts: readonly Verdict[],
): Promise<void> {
  if (verdicts.length === 0) return;
  const quotes = verdicts.map(({ quote }) => quote);
  await sql`
    insert into source_quotes (market, ticker, source, price, source_time, received_at, tick_at, accepted, reason)
    select ${market}, ticker, source, price, source_time, received_at, ${tickAt}::timestamptz, reason is null, reason
    from unnest(
      ${quotes.map(({ ticker }) => ticker)}::text[], ${quotes.map(({ source }) => source)}::text[],
      ${quotes.map(({ price }) => toDecimal(price))}::numeric[],
      ${quotes.map(({ sourceTimeMs }) => (sourceTimeMs === null ? null : new Date(sourceTimeMs)))}::timestamptz[],
      ${quotes.map(({ receivedAtMs }) => new Date(receivedAtMs))}::timestamptz[],
      ${verdicts.map(({ reason }) => reason)}::text[]
    ) with ordinality as said (ticker, source, price, source_time, received_at, reason, position)
    order by position`.execute(db);
}

/** The tickers that any source quotes are stored of, with the last `seq` of each; some looks into an index for each. */
export async function lastSourceSeqs(db: Kysely<Database>, market: Market): Promise<Map<string, bigint>> {
  const { rows } = await sql<{ ticker: string; seq: string }>`
    ${withTickers('source_quotes', market)}
    select t.ticker, (select max(seq) from source_quotes where market = ${market} and ticker = t.ticker) as seq
    from tickers as t where t.ticker is not null`.execute(db);
  return new Map(rows.map(({ ticker, seq }) => [ticker, BigInt(seq)]));
}

/** When the tick of a source quote was; undefined where there is no such quote (any longer). */
export async function tickOfSourceQuote(
  db: Kysely<Database>,
  market: Market,
  ticker: string,
  seq: bigint,
): Promise<Date | undefined> {
  const row = await db
    .selectFrom('source_quotes')
    .select('tick_at')
    .where('market', '=', market)
    .where('ticker', '=', ticker)
    .where('seq', '=', String(seq))
    .executeTakeFirst();
  return row?.tick_at;
}

/** A ticker's source quotes in the order in which they were stored: after one `seq`, up to another, `limit` at most. */
export async function readSourceQuotesAfter(
  db: Kysely<Database>,
  span: {
    market: Market;
    ticker: string;
    afterSeq: bigint;
    upToSeq: bigint;
    afterTick?: Date;
    limit: number;
  },
): Promise<StoredSourceQuote[]> {
  let query = db
    .selectFrom('source_quotes')
    .select(COLUMNS)
    .where('market', '=', span.market)
    .where('ticker', '=', span.ticker)
    .where('seq', '>', String(span.afterSeq))
    .where('seq', '<=', String(span.upToSeq));
  if (span.afterTick !== undefined) query = query.where('tick_at', '>', span.afterTick);
  return await query.orderBy('seq').limit(span.limit).$castTo<StoredSourceQuote>().execute();
}

/** A ticker's source quotes of the ticks from one time to another, the latter left out, in an order that is always the same. */
export async function readSourceQuotes(
  db: Kysely<Database>,
  span: { market: Market; ticker: string; from: Date; to: Date },
): Promise<StoredSourceQuote[]> {
  return await db
    .selectFrom('source_quotes')
    .select(COLUMNS)
    .where('market', '=', span.market)
    .where('ticker', '=', span.ticker)
    .where('tick_at', '>=', span.from)
    .where('tick_at', '<', span.to)
    .orderBy('tick_at')
    .orderBy('source')
    .orderBy('seq')
    .$castTo<StoredSourceQuote>()
    .execute();
}

/** How long after a time a tick of before may still be published, where none of after was: many times what a tick takes. */
const LATE_TICK_S = 300;

/** Whether no tick of before a time can be published any longer: a later one was (see `beginTick`), or it is too long ago. */
export async function isOver(db: Kysely<Database>, market: Market, time: Date): Promise<boolean> {
  const { rows } = await sql<{ over: boolean }>`
    select now() > ${time}::timestamptz + make_interval(secs => ${LATE_TICK_S}) or exists (
      select from ticks
      where market = ${market} and tick_at >= ${time} and tick_at <= now() + interval '1 minute'
    ) as over`.execute(db);
  return rows[0]?.over ?? false;
}
