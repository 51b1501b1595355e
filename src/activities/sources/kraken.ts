import { z } from 'zod';
import type { FailureKind, SourceFailure } from '../../domain/quote';
import { missing, readQuote } from './price';
import { getJson } from './request';
import { failed, failure, merge, quoteWords, type Source, type SourceDeps } from './source';
import { allAtOnce } from './strategies';

const NAME = 'kraken';
const envelope = z.object({
  error: z.array(z.string()),
  result: z.record(z.string(), z.unknown()).optional(),
});
/** `c` is the last trade: price and lot. */
const pair = z.object({ c: z.tuple([z.unknown()]).rest(z.unknown()) });

/** Kraken's errors are words, all sent with HTTP 200. */
const KINDS: [RegExp, FailureKind][] = [
  [/Too many requests|Rate limit exceeded|Throttled|Temporary lockout/, 'rate_limited'],
  [/^EQuery:(Unknown|Invalid) asset pair/, 'unknown_symbol'],
  [/^EService:|^EGeneral:Internal error/, 'unavailable'],
];

/**
 * Kraken spot: every ticker in one request, last traded prices without a time.
 * Protocol: `GET /0/public/Ticker` and "Error messages" of Kraken's spot REST API.
 */
export function createKraken(deps: SourceDeps): Source {
  const now = deps.now ?? Date.now;
  return allAtOnce(NAME, deps, async (asked, signal) => {
    const path = `/0/public/Ticker?pair=${asked.map(({ symbol }) => encodeURIComponent(symbol)).join(',')}`;
    const answer = await getJson(deps, { source: NAME, path, signal, readError });
    if (!answer.ok) return failed(answer.failure);
    const parsed = envelope.safeParse(answer.body);
    if (!parsed.success) {
      return failed(failure(NAME, 'malformed', 'sent something that is not a table of prices'));
    }
    const result = parsed.data.result ?? {};
    if (Object.keys(result).length === 0) {
      return failed(failure(NAME, 'empty', 'sent an empty table of prices'));
    }

    return merge(
      asked.map(({ ticker, symbol }) => {
        const name = resultNames(symbol).find((candidate) => Object.hasOwn(result, candidate));
        if (name === undefined) return missing(NAME, ticker);
        const price = pair.safeParse(result[name]).data?.c[0];
        const time = { timeMs: null, timeIs: 'price', nowMs: now() } as const;
        return readQuote({ source: NAME, ticker, price, form: 'string', ...time });
      }),
    );
  });
}

/**
 * The names under which Kraken may answer for a pair: as asked (SOLUSD), with its old prefixes for coins and currencies
 * (XBTUSD as XXBTZUSD, USDTUSD as USDTZUSD), and with its own names for Bitcoin and Dogecoin (DOGEUSD as XDGUSD).
 */
export function resultNames(symbol: string): string[] {
  const [, base = symbol, quote = ''] = /^(.+)(USD|EUR|GBP|CAD|JPY|CHF|AUD)$/.exec(symbol) ?? [];
  const own = base.replace(/^BTC$/, 'XBT').replace(/^DOGE$/, 'XDG');
  return [symbol, `${own}${quote}`, `X${own}Z${quote}`, `${own}Z${quote}`];
}

/** What an error of Kraken means; null for what is none. */
export function readError(body: unknown): SourceFailure | null {
  // Words that begin with W are warnings; the result is there all the same.
  const errors = envelope.safeParse(body).data?.error.filter((error) => !error.startsWith('W')) ?? [];
  if (errors.length === 0) return null;
  const words = errors.join(', ');
  const kind = KINDS.find(([pattern]) => errors.some((error) => pattern.test(error)))?.[1] ?? 'malformed';
  return failure(NAME, kind, `answered with an error: ${quoteWords(words)}`);
}
