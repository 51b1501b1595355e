import { z } from 'zod';
import { MINUTE_MS } from '../../domain/candle';
import { type CandleSource, noCandles, readCandles } from './candle-source';
import { errorOf } from './coinbase';
import { getJson } from './request';
import { failure, type SourceDeps } from './source';

const NAME = 'coinbase';
/** Time in seconds, low, high, open, close, volume: not in the usual order. */
const candles = z.array(
  z.tuple([z.number(), z.unknown(), z.unknown(), z.unknown(), z.unknown()]).rest(z.unknown()),
);

/**
 * Coinbase Exchange: minutes by their time in seconds, the newest first, prices as numbers; minutes without a trade are
 * left out, and some before the asked span may come with it.
 * Protocol: `GET /products/{id}/candles` of the Exchange REST API (300 at most, both ends included).
 */
export function createCoinbaseCandles(deps: SourceDeps): CandleSource {
  return {
    name: NAME,
    lists: (ticker) => deps.symbols[ticker] !== undefined,
    async fetch(asked) {
      const symbol = deps.symbols[asked.ticker] ?? '';
      const [start, end] = [asked.fromMs, asked.toMs - MINUTE_MS].map((ms) => new Date(ms).toISOString());
      const answer = await getJson(deps, {
        source: NAME,
        path: `/products/${encodeURIComponent(symbol)}/candles?granularity=60&start=${start}&end=${end}`,
        readError: (body, status) => errorOf(body, status, asked.ticker, symbol),
      });
      if (!answer.ok) return noCandles(answer.failure);
      const { data } = candles.safeParse(answer.body);
      if (data === undefined)
        return noCandles(failure(NAME, 'malformed', 'sent something that is not a list of minutes'));
      const rows = data.map(([seconds, low, high, open, close]) => ({
        minuteMs: seconds * 1_000,
        ...{ open, high, low, close },
      }));
      return readCandles(NAME, asked, 'number', rows);
    },
  };
}
