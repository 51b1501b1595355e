import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { Kysely } from 'kysely';
import { createQuoteActivities, type PublishInput, type PublishResult } from '../src/activities/quotes';
import type { Database } from '../src/db/schema';
import type { SourceName } from '../src/domain/quote';

export const TICKERS = ['BTC', 'ETH', 'DOGE', 'SOL', 'BNB'] as const;
export type Prices = Record<(typeof TICKERS)[number], number>;

/** Publishes one tick; times in Unix milliseconds. */
export type Publish = (tickAtMs: number, prices: Prices, quotedAtMs: number) => Promise<PublishResult>;

/**
 * The worker's own `publishQuotes`, run in this process on prices of one source, or of two that lie apart. Quotes of any age are
 * taken, so that recorded ones keep their times.
 * @param wakeClaimed how claimed alerts are told
 * @param spread how far apart, as a fraction of the price between them; 0: there is one source
 */
export function createPublisher(db: Kysely<Database>, wakeClaimed: () => Promise<void>, spread = 0): Publish {
  const said: [SourceName, number][] =
    spread === 0
      ? [['binance', 1]]
      : [
          ['binance', 1 - spread / 2],
          ['okx', 1 + spread / 2],
        ];
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
    const answers = said.map(([source, share]) => ({
      ...{ source, asked: true, failures: [] },
      quotes: TICKERS.map((ticker) => ({
        ...{ source, ticker, price: prices[ticker] * share },
        ...{ sourceTimeMs: null, receivedAtMs: quotedAtMs },
      })),
    }));
    const input: PublishInput = { tickAtMs, answers };
    return new MockActivityEnvironment({}, { logger }).run(publishQuotes, input);
  };
}
