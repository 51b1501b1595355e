import { z } from 'zod';
import type { SourceFailure } from '../../domain/quote';
import { missing, readQuote, readUnixTime } from './price';
import { getJson } from './request';
import { failed, failure, quoteWords, type Source, type SourceDeps, unknownSymbol } from './source';
import { oneByOne } from './strategies';

const NAME = 'bybit';
const envelope = z.object({
  result: z.object({ list: z.array(z.object({ symbol: z.string(), lastPrice: z.unknown().optional() })) }),
  time: z.unknown().optional(),
});
const errorBody = z.object({ retCode: z.number(), retMsg: z.string().default('') });

/** 10006 is a key's rate limit, 10018 an address's; 10001 is a bad parameter, and the symbol is the only one that varies. */
const RATE_LIMIT = [10_006, 10_018];
const BAD_PARAMETER = 10_001;
const BANNED = [10_009, 10_024];
const TROUBLE = [10_000, 10_016, 10_019];

/**
 * Bybit spot: one ticker a request, last traded price; the time is that of the reply, so a quote carries none, but an
 * old reply is refused. Protocol: `GET /v5/market/tickers` and "Error Codes" of Bybit's v5 API; failures come with 200.
 */
export function createBybit(deps: SourceDeps): Source {
  const now = deps.now ?? Date.now;
  return oneByOne(NAME, deps, async ({ ticker, symbol }, signal) => {
    const path = `/v5/market/tickers?category=spot&symbol=${encodeURIComponent(symbol)}`;
    const readError = (body: unknown) => errorOf(body, ticker, symbol);
    const answer = await getJson(deps, { source: NAME, path, signal, readError });
    if (!answer.ok) return failed(answer.failure);
    const { data } = envelope.safeParse(answer.body);
    if (data === undefined) {
      return failed(failure(NAME, 'malformed', 'sent something that is not a price'));
    }
    const row = data.result.list.find((candidate) => candidate.symbol === symbol);
    if (row === undefined) return missing(NAME, ticker);
    const time = { timeMs: readUnixTime(data.time, 1), timeIs: 'reply', nowMs: now() } as const;
    return readQuote({ source: NAME, ticker, price: row.lastPrice, form: 'string', ...time });
  });
}

function errorOf(body: unknown, ticker: string, symbol: string): SourceFailure | null {
  const { data } = errorBody.safeParse(body);
  if (data === undefined || data.retCode === 0) return null;
  if (data.retCode === BAD_PARAMETER) return unknownSymbol(NAME, ticker, symbol);
  if (RATE_LIMIT.includes(data.retCode)) {
    return failure(NAME, 'rate_limited', 'says that it is asked too often');
  }
  if (BANNED.includes(data.retCode)) {
    return failure(NAME, 'blocked', `refuses to answer here (error ${data.retCode})`);
  }
  const kind = TROUBLE.includes(data.retCode) ? 'unavailable' : 'malformed';
  return failure(NAME, kind, `answered with error ${data.retCode}: ${quoteWords(data.retMsg)}`);
}
