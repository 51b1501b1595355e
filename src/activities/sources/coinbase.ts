import { z } from 'zod';
import type { SourceFailure } from '../../domain/quote';
import { readIsoTime, readQuote } from './price';
import { getJson } from './request';
import { failed, failure, quoteWords, type Source, type SourceDeps, unknownSymbol } from './source';
import { oneByOne } from './strategies';

const NAME = 'coinbase';
const product = z.object({ price: z.unknown().optional(), time: z.unknown().optional() });
const errorBody = z.object({ message: z.string() });

/**
 * Coinbase Exchange: one ticker a request, last traded price with the time of that trade.
 * Protocol: `GET /products/{id}/ticker` of the Exchange REST API; a product that is unknown answers 404 `NotFound`,
 * one that is no longer traded 400 with "delisted".
 */
export function createCoinbase(deps: SourceDeps): Source {
  const now = deps.now ?? Date.now;
  return oneByOne(NAME, deps, async ({ ticker, symbol }, signal) => {
    const path = `/products/${encodeURIComponent(symbol)}/ticker`;
    const readError = (body: unknown, status: number) => errorOf(body, status, ticker, symbol);
    const answer = await getJson(deps, { source: NAME, path, signal, readError });
    if (!answer.ok) return failed(answer.failure);
    const { data } = product.safeParse(answer.body);
    if (data === undefined) {
      return failed(failure(NAME, 'malformed', 'sent something that is not a price'));
    }
    const time = { timeMs: readIsoTime(data.time), timeIs: 'price', nowMs: now() } as const;
    return readQuote({ source: NAME, ticker, price: data.price, form: 'string', ...time });
  });
}

/** What an error of Coinbase means; null for what is none. */
export function errorOf(body: unknown, status: number, ticker: string, symbol: string): SourceFailure | null {
  const { data } = errorBody.safeParse(body);
  if (data === undefined) return null;
  if (status === 404 || /delisted/i.test(data.message)) return unknownSymbol(NAME, ticker, symbol);
  if (/rate limit/i.test(data.message)) {
    return failure(NAME, 'rate_limited', 'says that it is asked too often');
  }
  return failure(NAME, 'malformed', `answered with an error: ${quoteWords(data.message)}`);
}
