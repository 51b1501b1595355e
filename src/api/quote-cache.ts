import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { z } from 'zod';
import { lastQuotes } from '../db/quotes';
import type { Database } from '../db/schema';
import type { Market } from '../domain/quote';

const notificationSchema = z.object({
  market: z.enum(['live', 'replay']),
  quotes: z.array(z.object({ ticker: z.string(), price: z.string(), quoted_at: z.coerce.date() })),
});

export interface CachedQuote {
  ticker: string;
  price: number;
  quotedAt: Date;
}

export interface QuoteCacheOptions {
  market: Market;
  tickers: readonly string[];
  quoteTtlMs: number;
}

/**
 * The last quotes of one market, in memory. Whoever listens to publications hands them in by `published` and says `up`
 * when the connection stands; while it doesn't, what is here expires by itself.
 */
export class QuoteCache {
  readonly #db: Kysely<Database>;
  readonly #options: QuoteCacheOptions;
  readonly #log: Logger;
  readonly #quotes = new Map<string, CachedQuote>();

  constructor(db: Kysely<Database>, options: QuoteCacheOptions, log: Logger) {
    this.#db = db;
    this.#options = options;
    this.#log = log;
  }

  /** The quotes that may be served at this moment, in the order of the configured tickers. */
  fresh(): CachedQuote[] {
    return this.#options.tickers
      .map((ticker) => this.freshOf(ticker))
      .filter((quote): quote is CachedQuote => quote !== undefined);
  }

  /** The quote of a ticker, if there is one that may be served at this moment. */
  freshOf(ticker: string): CachedQuote | undefined {
    const quote = this.#quotes.get(ticker);
    return quote !== undefined && this.#isFresh(quote) ? quote : undefined;
  }

  #isFresh({ quotedAt }: CachedQuote): boolean {
    const ageMs = Date.now() - quotedAt.getTime();
    return ageMs >= 0 && ageMs <= this.#options.quoteTtlMs;
  }

  /**
   * Reads what was published while nobody listened; never throws.
   * @returns what was new
   */
  async up(): Promise<CachedQuote[]> {
    try {
      return this.#keep(await lastQuotes(this.#db, this.#options.market, this.#options.tickers));
    } catch (error) {
      this.#log.warn({ err: error }, 'the last quotes could not be read; the next tick brings new ones');
      return [];
    }
  }

  /**
   * Takes in what was published; the payload is a notification's.
   * @returns what was new
   */
  published(payload: string): CachedQuote[] {
    const message = parseNotification(payload);
    if (message === undefined) this.#log.warn({ payload }, 'a notification of quotes could not be read');
    return message?.market === this.#options.market ? this.#keep(message.quotes) : [];
  }

  #keep(quotes: { ticker: string; price: string; quoted_at: Date }[]): CachedQuote[] {
    const now = Date.now();
    const kept: CachedQuote[] = [];
    for (const { ticker, price, quoted_at: quotedAt } of quotes) {
      const last = this.#quotes.get(ticker);
      // A quote from the future, out of a clock that was set wrong, must not keep all later ones out.
      const isNewer = last === undefined || last.quotedAt <= quotedAt || last.quotedAt.getTime() > now;
      if (!isNewer) continue;
      const quote = { ticker, price: Number(price), quotedAt };
      this.#quotes.set(ticker, quote);
      kept.push(quote);
    }
    return kept;
  }
}

function parseNotification(payload: string): z.infer<typeof notificationSchema> | undefined {
  try {
    return notificationSchema.parse(JSON.parse(payload));
  } catch {
    return undefined;
  }
}
