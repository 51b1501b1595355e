import type { FailureKind, SourceName, SourceReply } from '../../../src/domain/quote';
import { CREATE, symbolsOf } from './adapters';
import { recorded, type Served, serve } from './loopback';

/** The moment at which error replies arrive. */
export const NOW_MS = Date.parse('2026-08-24T00:00:00Z');

/** A reply, the failure that it must become, and how long that says to wait. */
export type ErrorCase = [name: string, served: Served, kind: FailureKind, retryAfterMs?: number];

/** The body of a recorded error. */
export const errorBody = (name: string) => recorded(`errors/${name}`);

/** A case as an object: jest would put its own callback in the place that a short tuple leaves open. */
export function row([name, served, kind, retryAfterMs]: ErrorCase) {
  return { name, served, kind, retryAfterMs };
}

/** Asks a source that answers like this about three tickers: the whole reply must be lost to one failure. */
export async function expectLost(
  source: SourceName,
  { served, kind, retryAfterMs }: Omit<ReturnType<typeof row>, 'name'>,
): Promise<void> {
  const { baseUrl, dispatcher } = await serve(served);
  const deps = { baseUrl, dispatcher, symbols: symbolsOf(source), now: () => NOW_MS };
  const reply: SourceReply = await CREATE[source](deps).fetch(['BTC', 'ETH', 'DOGE']);

  // A plain sentence, without addresses or markup.
  const message = expect.stringMatching(/^(Binance|CoinGecko|Coinbase|Kraken|OKX|Bybit) [^<>]+$/);
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  expect(reply).toEqual({ quotes: [], failures: [{ kind, message, ...wait }] });
  expect(reply.failures[0]?.message).not.toMatch(/:\/\/|example\.com/);
}
