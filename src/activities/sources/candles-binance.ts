import { z } from 'zod';
import { MINUTE_MS } from '../../domain/candle';
import { readError } from './binance';
import { type CandleSource, MOST_MINUTES, noCandles, readCandles } from './candle-source';
import { getJson } from './request';
import { failure, type SourceDeps } from './source';

const NAME = 'binance';
/** Open time in milliseconds, open, high, low, close, and more. */
const klines = z.array(
  z.tuple([z.number(), z.unknown(), z.unknown(), z.unknown(), z.unknown()]).rest(z.unknown()),
);

/**
 * Binance spot: minutes by their open time in milliseconds, both ends included, the oldest first, prices as text.
 * Protocol: `GET /api/v3/klines` of Binance's spot API documentation (1,000 at most).
 */
export function createBinanceCandles(deps: SourceDeps): CandleSource {
  const now = deps.now ?? Date.now;
  return {
    name: NAME,
    lists: (ticker) => deps.symbols[ticker] !== undefined,
    async fetch(asked) {
      const symbol = encodeURIComponent(deps.symbols[asked.ticker] ?? '');
      const span = `startTime=${asked.fromMs}&endTime=${asked.toMs - MINUTE_MS}&limit=${MOST_MINUTES}`;
      const answer = await getJson(deps, {
        source: NAME,
        path: `/api/v3/klines?symbol=${symbol}&interval=1m&${span}`,
        readError: (body) => readError(body, now()),
      });
      if (!answer.ok) return noCandles(answer.failure);
      const { data } = klines.safeParse(answer.body);
      if (data === undefined)
        return noCandles(failure(NAME, 'malformed', 'sent something that is not a list of minutes'));
      const rows = data.map(([minuteMs, open, high, low, close]) => ({ minuteMs, open, high, low, close }));
      return readCandles(NAME, asked, 'string', rows);
    },
  };
}
