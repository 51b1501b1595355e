import { z } from 'zod';
import type { SourceFailure } from '../../domain/quote';
import { missing, readQuote, readUnixTime } from './price';
import { getJson } from './request';
import { failed, failure, merge, quoteWords, type Source, type SourceDeps } from './source';
import { allAtOnce } from './strategies';

const NAME = 'coingecko';
const coins = z.record(z.string(), z.unknown());
const coin = z.object({ usd: z.unknown().optional(), last_updated_at: z.unknown().optional() });

/** The error's own form, its form around a refused plan, and the plain one. */
const status = z.object({ error_code: z.number(), error_message: z.string().default('') });
const errorBody = z.union([
  z.object({ status }),
  z.object({ error: z.object({ status }) }).transform(({ error }) => error),
  z.object({ error: z.string() }),
]);

/**
 * CoinGecko: every ticker in one request, averages over many exchanges with the time of their making in seconds.
 * It leaves out ids that it does not know. Protocol: `GET /api/v3/simple/price` of CoinGecko's demo API.
 */
export function createCoinGecko(deps: SourceDeps): Source {
  const now = deps.now ?? Date.now;
  const headers: Record<string, string> =
    deps.apiKey === undefined ? {} : { 'x-cg-demo-api-key': deps.apiKey };
  return allAtOnce(NAME, deps, async (asked, signal) => {
    const ids = asked.map(({ symbol }) => encodeURIComponent(symbol)).join(',');
    const path = `/api/v3/simple/price?ids=${ids}&vs_currencies=usd&include_last_updated_at=true&precision=full`;
    const answer = await getJson(deps, { source: NAME, path, headers, signal, readError });
    if (!answer.ok) return failed(answer.failure);
    const parsed = coins.safeParse(answer.body);
    if (!parsed.success) {
      return failed(failure(NAME, 'malformed', 'sent something that is not a table of prices'));
    }
    if (Object.keys(parsed.data).length === 0) {
      return failed(failure(NAME, 'empty', 'sent an empty table of prices'));
    }

    return merge(
      asked.map(({ ticker, symbol }) => {
        const row = coin.safeParse(parsed.data[symbol]).data;
        if (row?.usd === undefined) return missing(NAME, ticker);
        const time = {
          timeMs: readUnixTime(row.last_updated_at, 1000),
          timeIs: 'price',
          nowMs: now(),
        } as const;
        return readQuote({ source: NAME, ticker, price: row.usd, form: 'number', ...time });
      }),
    );
  });
}

function readError(body: unknown): SourceFailure | null {
  const { data } = errorBody.safeParse(body);
  if (data === undefined) return null;
  if ('error' in data) return failure(NAME, 'malformed', `answered with an error: ${quoteWords(data.error)}`);
  const { error_code: code, error_message: words } = data.status;
  // 10002 to 10011 are about keys and plans.
  const kind = code === 429 ? 'rate_limited' : code >= 10_000 ? 'blocked' : 'malformed';
  return failure(NAME, kind, `answered with error ${code}: ${quoteWords(words)}`);
}
