/** The exchanges and aggregators that Pricehook can ask. */
export const SOURCE_NAMES = ['binance', 'coingecko', 'coinbase', 'kraken', 'okx', 'bybit'] as const;
export type SourceName = (typeof SOURCE_NAMES)[number];

/** Where quotes come from: the real exchanges, or stand-ins that replay recorded minutes. */
export const MARKETS = ['live', 'replay'] as const;
export type Market = (typeof MARKETS)[number];

/** What one source said about one ticker. Prices are in US dollars (or USDT), times in Unix milliseconds. */
export interface SourceQuote {
  source: SourceName;
  ticker: string;
  price: number;
  /** When the source says that the price was made; null where its protocol carries no time. */
  sourceTimeMs: number | null;
  receivedAtMs: number;
}

/**
 * Why a source quote has no part in a published price: it was fetched too long ago; it lies too far from the other
 * sources' median; the sources contradict each other, so that nobody can say which is right; or too few agree with it.
 */
export type RejectionReason = 'too_old' | 'deviates' | 'contradicted' | 'too_few_sources';

/** What became of a source quote; `reason` is null for an accepted one. */
export interface Verdict {
  quote: SourceQuote;
  reason: RejectionReason | null;
}

/** Why a source, or one of its tickers, gave no quote. */
export type FailureKind =
  | 'rate_limited'
  | 'blocked'
  | 'malformed'
  | 'empty'
  | 'timed_out'
  | 'unreachable'
  | 'unavailable'
  | 'unknown_symbol';

export interface SourceFailure {
  kind: FailureKind;
  /** A plain sentence for operators; holds no secrets and no full URLs. */
  message: string;
  /** Set when only this ticker failed; absent when the whole reply is lost. */
  ticker?: string;
  /** Only with `rate_limited`, and only if the source said how long to wait. */
  retryAfterMs?: number;
}

/** One source's answer for one tick: every ticker is in `quotes`, in `failures`, or lost with the whole reply. */
export interface SourceReply {
  quotes: SourceQuote[];
  failures: SourceFailure[];
}
