import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { recordAppended, recordArchiveFailure } from '../db/archive-state';
import type { Database } from '../db/schema';
import { lastSourceSeqs, readSourceQuotesAfter, tickOfSourceQuote } from '../db/source-quotes';
import { MARKETS, type Market } from '../domain/quote';
import { withArchiveLock } from './lock';
import { openRawLog, type RawLog } from './raw-log';
import { sealClosedLogs } from './seal';

const ROWS_AT_ONCE = 5_000;

/** The raw logs of all markets, kept up with `source_quotes`. */
export interface RawArchive {
  /** Appends what is new behind the caller's back; one at a time, and once more where it is called meanwhile. */
  appendSoon(): void;
  /**
   * Appends what is new, unless another process does. Never throws: a failure is logged once, stands in `archive_state`, and
   * is made up for by the next call.
   */
  append(): Promise<void>;
  /** Ends what is under way after some thousand rows more; the next start goes on there. */
  stop(): Promise<void>;
}

/** @param folder `DATA_DIR/archive` */
export function createRawArchive(deps: {
  db: Kysely<Database>;
  folder: string;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
}): RawArchive {
  const { db, folder, log } = deps;
  const failing = new Set<Market>();
  /** Tickers whose closed logs were looked at since the start, by market and name. */
  const sealed = new Set<string>();
  let running: Promise<void> | undefined;
  let isAsked = false;
  let isStopping = false;

  function appendSoon(): void {
    isAsked = true;
    running ??= keepAppending().finally(() => {
      running = undefined;
    });
  }

  async function keepAppending(): Promise<void> {
    while (isAsked && !isStopping) {
      isAsked = false;
      await append();
    }
  }

  async function append(): Promise<void> {
    for (const market of MARKETS) {
      try {
        const done = await withArchiveLock(db, market, 'raw', (locked) => appendMarket(locked, market));
        if (done && !isStopping && failing.delete(market))
          log.info({ market }, 'The archive is written again');
      } catch (error) {
        await complain(market, error as Error);
      }
    }
  }

  async function complain(market: Market, error: Error): Promise<void> {
    const isNew = !failing.has(market);
    failing.add(market);
    if (isNew)
      log.error({ err: error, market }, 'The archive falls behind; PostgreSQL keeps the quotes for it');
    await recordArchiveFailure(db, market, error.message).catch((unrecorded: unknown) => {
      if (isNew) log.error({ err: unrecorded, market }, 'Nor could that be recorded');
    });
  }

  /** One ticker that can't be written keeps no other from being written. */
  async function appendMarket(locked: Kysely<Database>, market: Market): Promise<true> {
    const lastSeqs = await lastSourceSeqs(locked, market);
    const failures: unknown[] = [];
    for (const [ticker, upToSeq] of lastSeqs) {
      await appendTicker(locked, market, ticker, upToSeq).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
    if (isStopping) return true;
    // Read in one statement: whatever was published since has a greater seq.
    const seqs = [...lastSeqs.values()];
    if (seqs.length > 0) {
      await recordAppended(
        locked,
        market,
        seqs.reduce((a, b) => (a > b ? a : b)),
      );
    }
    return true;
  }

  async function appendTicker(
    locked: Kysely<Database>,
    market: Market,
    ticker: string,
    upToSeq: bigint,
  ): Promise<void> {
    const archive = join(folder, market);
    const rawLog = await openRawLog(join(archive, 'raw'), ticker);
    try {
      if (rawLog.cut > 0)
        log.warn({ market, ticker, bytes: rawLog.cut }, 'A torn line of the raw log was cut off');
      await appendNew(locked, rawLog, { market, ticker, upToSeq }, () => isStopping);
      if (rawLog.closedDays === 0 && sealed.has(`${market} ${ticker}`)) return;
    } finally {
      await rawLog.close();
    }
    await sealClosedLogs(archive, ticker);
    sealed.add(`${market} ${ticker}`);
  }

  return {
    appendSoon,
    append,
    async stop() {
      isStopping = true;
      await running;
    },
  };
}

async function appendNew(
  db: Kysely<Database>,
  rawLog: RawLog,
  span: { market: Market; ticker: string; upToSeq: bigint },
  isStopping: () => boolean,
): Promise<void> {
  const { market, ticker } = span;
  let from = await whereToGoOn(db, rawLog, market, ticker);
  while (!isStopping()) {
    const quotes = await readSourceQuotesAfter(db, { ...span, ...from, limit: ROWS_AT_ONCE });
    await rawLog.append(quotes.map((quote) => ({ ...quote, seq: BigInt(quote.seq) })));
    const last = quotes.at(-1);
    if (last === undefined || quotes.length < ROWS_AT_ONCE) return;
    from = { ...from, afterSeq: BigInt(last.seq) };
  }
}

/**
 * After the log's last quote. A database that does not know it is another one, or has dropped that day: there, the time of its
 * tick tells.
 */
async function whereToGoOn(
  db: Kysely<Database>,
  { last }: RawLog,
  market: Market,
  ticker: string,
): Promise<{ afterSeq: bigint; afterTick?: Date }> {
  if (last === undefined) return { afterSeq: 0n };
  const tickAt = await tickOfSourceQuote(db, market, ticker, last.seq);
  if (tickAt?.getTime() === last.tickAt.getTime()) return { afterSeq: last.seq };
  return { afterSeq: 0n, afterTick: last.tickAt };
}
