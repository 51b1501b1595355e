import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { Kysely } from 'kysely';
import { createQuoteActivities, type PublishInput, type PublishResult } from '../src/activities/quotes';
import type { Database } from '../src/db/schema';

export const TICKERS = ['BTC', 'ETH', 'DOGE', 'SOL', 'BNB'] as const;
export type Prices = Record<(typeof TICKERS)[number], number>;

/** Publishes one tick; times in Unix milliseconds. */
export type Publish = (tickAtMs: number, prices: Prices, quotedAtMs: number) => Promise<PublishResult>;

/**
 * The worker's own `publishQuotes`, run in this process on prices of one source. Quotes of any age are taken, so that
 * recorded ones keep their times.
 * @param wakeClaimed how claimed alerts are told
 */
export function createPublisher(db: Kysely<Database>, wakeClaimed: () => Promise<void>): Publish {
  const { publishQuotes } = createQuoteActivities({
    db,
    market: 'replay',
    tickers: TICKERS,
    sources: [],
    rules: { minSources: 1, maxDeviation: 0.02 },
    quoteTtlMs: Number.POSITIVE_INFINITY,
    ingestIntervalMs: 10_000,
    backfillMs: 0,
    slowIntervalsMs: {},
    wakeClaimed,
  });
  const logger = new DefaultLogger('ERROR');
  return (tickAtMs, prices, quotedAtMs) => {
    const quotes = TICKERS.map((ticker) => ({
      source: 'binance' as const,
      ticker,
      price: prices[ticker],
      sourceTimeMs: null,
      receivedAtMs: quotedAtMs,
    }));
    const input: PublishInput = {
      tickAtMs,
      answers: [{ source: 'binance', asked: true, quotes, failures: [] }],
    };
    return new MockActivityEnvironment({}, { logger }).run(publishQuotes, input);
  };
}
