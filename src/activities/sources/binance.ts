import { z } from 'zod';
import type { SourceFailure } from '../../domain/quote';
import { missing, readQuote } from './price';
import { getJson } from './request';
import { readBanEnd } from './retry-after';
import { failed, failure, merge, quoteWords, type Source, type SourceDeps } from './source';
import { allAtOnce } from './strategies';

const NAME = 'binance';
const prices = z.array(z.object({ symbol: z.string(), price: z.unknown().optional() }));
const errorBody = z.object({ code: z.number(), msg: z.string().default('') });

/** -1003 TOO_MANY_REQUESTS; -1121 BAD_SYMBOL, -1100 ILLEGAL_CHARS; -1000 to -1016: the server's own trouble. */
const RATE_LIMIT = -1003;
const UNKNOWN_SYMBOL = [-1121, -1100];
const TROUBLE = [-1000, -1001, -1004, -1006, -1007, -1008, -1016];

/**
 * Binance spot: every ticker in one request, last traded prices without a time.
 * Protocol: `GET /api/v3/ticker/price` and "Error codes" of Binance's spot API documentation.
 */
export function createBinance(deps: SourceDeps): Source {
  const now = deps.now ?? Date.now;
  return allAtOnce(NAME, deps, async (asked, signal) => {
    const symbols = encodeURIComponent(JSON.stringify(asked.map(({ symbol }) => symbol)));
    const path = `/api/v3/ticker/price?symbols=${symbols}`;
    const answer = await getJson(deps, {
      source: NAME,
      path,
      signal,
      readError: (body) => readError(body, now()),
    });
    if (!answer.ok) return failed(answer.failure);
    const parsed = prices.safeParse(answer.body);
    if (!parsed.success) {
      return failed(failure(NAME, 'malformed', 'sent something that is not a list of prices'));
    }
    if (parsed.data.length === 0) return failed(failure(NAME, 'empty', 'sent an empty list of prices'));

    return merge(
      asked.map(({ ticker, symbol }) => {
        const row = parsed.data.find((candidate) => candidate.symbol === symbol);
        if (row === undefined) return missing(NAME, ticker);
        const time = { timeMs: null, timeIs: 'price', nowMs: now() } as const;
        return readQuote({ source: NAME, ticker, price: row.price, form: 'string', ...time });
      }),
    );
  });
}

/** What an error of Binance means; null for what is none. */
export function readError(body: unknown, nowMs: number): SourceFailure | null {
  const { data } = errorBody.safeParse(body);
  if (data === undefined) return null;
  if (data.code === RATE_LIMIT) {
    const limited = failure(NAME, 'rate_limited', 'says that it is asked too often');
    const retryAfterMs = readBanEnd(data.msg, nowMs);
    return retryAfterMs === undefined ? limited : { ...limited, retryAfterMs };
  }
  if (UNKNOWN_SYMBOL.includes(data.code)) return failure(NAME, 'unknown_symbol', 'does not know a symbol');
  const kind = TROUBLE.includes(data.code) ? 'unavailable' : 'malformed';
  return failure(NAME, kind, `answered with error ${data.code}: ${quoteWords(data.msg)}`);
}
