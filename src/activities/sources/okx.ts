import { z } from 'zod';
import type { SourceFailure } from '../../domain/quote';
import { missing, readQuote, readUnixTime } from './price';
import { getJson } from './request';
import { failed, failure, quoteWords, type Source, type SourceDeps, unknownSymbol } from './source';
import { oneByOne } from './strategies';

const NAME = 'okx';
const envelope = z.object({
  data: z.array(z.object({ instId: z.string(), last: z.unknown().optional(), ts: z.unknown().optional() })),
});
/** `code` is a string, but a number in OKX's own 404. */
const errorBody = z.object({
  code: z.union([z.string(), z.number()]).transform(String),
  msg: z.string().default(''),
});

const RATE_LIMIT = ['50011', '50040', '50061'];
const UNKNOWN_INSTRUMENT = '51001';
const TROUBLE = ['50001', '50004', '50013', '50026'];

/**
 * OKX spot: one ticker a request, last traded price with its time in milliseconds, as strings.
 * Protocol: `GET /api/v5/market/ticker` and "Error Code" of OKX's v5 API; most failures come with HTTP 200.
 */
export function createOkx(deps: SourceDeps): Source {
  const now = deps.now ?? Date.now;
  return oneByOne(NAME, deps, async ({ ticker, symbol }, signal) => {
    const path = `/api/v5/market/ticker?instId=${encodeURIComponent(symbol)}`;
    const readError = (body: unknown) => errorOf(body, ticker, symbol);
    const answer = await getJson(deps, { source: NAME, path, signal, readError });
    if (!answer.ok) return failed(answer.failure);
    const { data } = envelope.safeParse(answer.body);
    if (data === undefined) {
      return failed(failure(NAME, 'malformed', 'sent something that is not a price'));
    }
    const row = data.data.find(({ instId }) => instId === symbol);
    if (row === undefined) return missing(NAME, ticker);
    const time = { timeMs: readUnixTime(row.ts, 1), timeIs: 'price', nowMs: now() } as const;
    return readQuote({ source: NAME, ticker, price: row.last, form: 'string', ...time });
  });
}

function errorOf(body: unknown, ticker: string, symbol: string): SourceFailure | null {
  const { data } = errorBody.safeParse(body);
  if (data === undefined || data.code === '0') return null;
  if (data.code === UNKNOWN_INSTRUMENT) return unknownSymbol(NAME, ticker, symbol);
  if (RATE_LIMIT.includes(data.code)) return failure(NAME, 'rate_limited', 'says that it is asked too often');
  const kind = TROUBLE.includes(data.code) ? 'unavailable' : 'malformed';
  return failure(NAME, kind, `answered with error ${data.code}: ${quoteWords(data.msg)}`);
}
