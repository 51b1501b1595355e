import { groupBy } from './group-by';
import { toDecimal } from './price';
import type { RejectionReason, SourceName, SourceQuote, Verdict } from './quote';

/** A settled price of one ticker in one tick, ready to be published. */
export interface SettledQuote {
  ticker: string;
  price: number;
  /** When the oldest accepted source quote was received, Unix milliseconds. */
  quotedAtMs: number;
  sources: SourceName[];
  /** (highest − lowest accepted price) / price */
  spread: number;
  /** One source alone says that the price moved farther than the allowed deviation since the last quote. */
  isJump: boolean;
}

export interface Settlement {
  quotes: SettledQuote[];
  /** Tickers that got no quote in this tick, and why, in words. */
  stale: { ticker: string; reason: string }[];
  /** How far each source's quotes lay from the published prices at most, as a fraction. */
  deviations: Partial<Record<SourceName, number>>;
  /** What became of every source quote. */
  verdicts: Verdict[];
}

export interface SettleRules {
  /** How many sources must agree for a price to count. */
  minSources: number;
  /** How far from the median a source may be, as a fraction. */
  maxDeviation: number;
}

/** The middle value; of an even number of values, the mean of the two in the middle. Needs at least one. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/**
 * The prices that the service stands behind, from what the sources said in one tick.
 * One source is taken as it is, a jump marked; two that differ too much make the ticker stale; of three or more, those
 * too far from the median are dropped and the median of the rest is taken.
 * @param lastPrices the last published price of each ticker, to tell a jump
 */
export function settle(
  sourceQuotes: SourceQuote[],
  lastPrices: ReadonlyMap<string, number>,
  rules: SettleRules,
): Settlement {
  const settlement: Settlement = { quotes: [], stale: [], deviations: {}, verdicts: [] };
  for (const [ticker, quotes] of groupBy(sourceQuotes, ({ ticker }) => ticker)) {
    const accepted = withoutOutliers(quotes, rules.maxDeviation);
    const reason = whyStale(quotes, accepted, rules.minSources);
    for (const quote of quotes) {
      settlement.verdicts.push({ quote, reason: whyRejected(quote, accepted, reason !== null) });
    }
    if (reason !== null) {
      settlement.stale.push({ ticker, reason });
      continue;
    }
    const quote = agree(ticker, accepted, lastPrices.get(ticker), rules.maxDeviation);
    settlement.quotes.push(quote);
    for (const { source, price } of quotes) {
      const deviation = Math.abs(price / quote.price - 1);
      settlement.deviations[source] = Math.max(settlement.deviations[source] ?? 0, deviation);
    }
  }
  return settlement;
}

/**
 * What becomes of everything that the sources said in one tick: what was fetched too long ago has no part in it, the rest is
 * settled. Decided on prices as they are stored, so that what is stored of a tick, run through this again, comes to the same.
 * @throws PriceError for a price that can't be stored
 */
export function settleTick(
  said: readonly SourceQuote[],
  isTooOld: (quote: SourceQuote) => boolean,
  lastPrices: ReadonlyMap<string, number>,
  rules: SettleRules,
): Settlement {
  const stored = said.map((quote) => ({ ...quote, price: Number(toDecimal(quote.price)) }));
  const settlement = settle(
    stored.filter((quote) => !isTooOld(quote)),
    lastPrices,
    rules,
  );
  const tooOld = stored.filter(isTooOld).map((quote): Verdict => ({ quote, reason: 'too_old' }));
  return { ...settlement, verdicts: [...settlement.verdicts, ...tooOld] };
}

/** Two sources that contradict each other leave nobody to say which is right, so neither is accepted. */
export function withoutOutliers<T extends { price: number }>(quotes: T[], maxDeviation: number): T[] {
  if (quotes.length === 1) return quotes;
  const prices = quotes.map((quote) => quote.price);
  if (quotes.length === 2) {
    return Math.max(...prices) / Math.min(...prices) - 1 > maxDeviation ? [] : quotes;
  }
  const middle = median(prices);
  return quotes.filter((quote) => Math.abs(quote.price / middle - 1) <= maxDeviation);
}

function whyStale(quotes: SourceQuote[], accepted: SourceQuote[], minSources: number): string | null {
  if (accepted.length === 0) return `its ${quotes.length} sources contradict each other`;
  if (accepted.length < minSources) return `${accepted.length} of ${minSources} sources needed`;
  return null;
}

function whyRejected(quote: SourceQuote, accepted: SourceQuote[], isStale: boolean): RejectionReason | null {
  if (accepted.length === 0) return 'contradicted';
  if (!accepted.includes(quote)) return 'deviates';
  return isStale ? 'too_few_sources' : null;
}

function agree(
  ticker: string,
  accepted: SourceQuote[],
  lastPrice: number | undefined,
  maxDeviation: number,
): SettledQuote {
  const prices = accepted.map((quote) => quote.price);
  const price = median(prices);
  const moved = lastPrice === undefined ? 0 : Math.abs(price / lastPrice - 1);
  return {
    ticker,
    price,
    quotedAtMs: Math.min(...accepted.map((quote) => quote.receivedAtMs)),
    sources: accepted.map((quote) => quote.source),
    spread: (Math.max(...prices) - Math.min(...prices)) / price,
    isJump: accepted.length === 1 && moved > maxDeviation,
  };
}
