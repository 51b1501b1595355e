import type { Dispatcher } from 'undici';
import type { FailureKind, SourceFailure, SourceName, SourceReply } from '../../domain/quote';

/** An exchange or aggregator that can be asked for prices. */
export interface Source {
  name: SourceName;
  /**
   * The source's last prices in US dollars (or USDT). Tickers that it does not list are left out of the reply.
   * Never throws: what went wrong is in the reply's failures. Each HTTP request is over after 1.8 s; a source that has
   * to ask again, symbol by symbol, takes twice that at most.
   */
  fetch(tickers: string[], signal?: AbortSignal): Promise<SourceReply>;
}

/** What an adapter needs to ask its source. */
export interface SourceDeps {
  /** Scheme, host and port, without a slash at the end; the path is the adapter's own. */
  baseUrl: string;
  /** What this source calls each ticker that it lists. */
  symbols: Readonly<Record<string, string>>;
  /** Where requests go through; undici's global one by default. */
  dispatcher?: Dispatcher;
  apiKey?: string;
  /** Unix milliseconds; the system's clock by default. */
  now?: () => number;
  /** How long one HTTP request may take in all; 1.8 s by default. */
  timeoutMs?: number;
}

/** How messages to operators spell each source. */
export const LABELS: Record<SourceName, string> = {
  binance: 'Binance',
  coingecko: 'CoinGecko',
  coinbase: 'Coinbase',
  kraken: 'Kraken',
  okx: 'OKX',
  bybit: 'Bybit',
};

/** A failure whose message begins with the source's name: `failure('okx', 'empty', 'has no price')`. */
export function failure(
  source: SourceName,
  kind: FailureKind,
  message: string,
  ticker?: string,
): SourceFailure {
  return { kind, message: `${LABELS[source]} ${message}`, ...(ticker !== undefined && { ticker }) };
}

/** The reply that holds one failure and nothing else. */
export function failed(reason: SourceFailure): SourceReply {
  return { quotes: [], failures: [reason] };
}

/** The failure of a ticker whose symbol the source says it does not have. */
export function unknownSymbol(source: SourceName, ticker: string, symbol: string): SourceFailure {
  return failure(source, 'unknown_symbol', `does not know the symbol ${symbol}`, ticker);
}

/** A source's own words, fit for a message: one short line without addresses. */
export function quoteWords(text: string): string {
  const line = text
    .replace(/\w+:\/\/\S*/g, '[address]')
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
  // Not half a character, which PostgreSQL and others refuse.
  return line.length > 120 ? `${line.slice(0, 120).replace(/\p{Cs}$/u, '')}…` : line;
}

/** Several replies of the same source as one. */
export function merge(replies: SourceReply[]): SourceReply {
  return {
    quotes: replies.flatMap((reply) => reply.quotes),
    failures: replies.flatMap((reply) => reply.failures),
  };
}
