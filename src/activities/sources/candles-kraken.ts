import { z } from 'zod';
import { MINUTE_MS } from '../../domain/candle';
import { type CandleSource, noCandles, readCandles } from './candle-source';
import { readError, resultNames } from './kraken';
import { getJson } from './request';
import { failure, type SourceDeps } from './source';

const NAME = 'kraken';
/** Time in seconds, open, high, low, close, and more. */
const candle = z.tuple([z.number(), z.unknown(), z.unknown(), z.unknown(), z.unknown()]).rest(z.unknown());
const envelope = z.object({ result: z.record(z.string(), z.unknown()) });

/**
 * Kraken spot: minutes by their time in seconds, the oldest first, prices as text. It has the last 720 only, whatever is asked
 * for, and the last of them is the minute that is under way.
 * Protocol: `GET /0/public/OHLC` of Kraken's spot REST API.
 */
export function createKrakenCandles(deps: SourceDeps): CandleSource {
  return {
    name: NAME,
    lists: (ticker) => deps.symbols[ticker] !== undefined,
    async fetch(asked) {
      const symbol = deps.symbols[asked.ticker] ?? '';
      // What is dated `since` itself may or may not come.
      const since = (asked.fromMs - MINUTE_MS) / 1_000;
      const path = `/0/public/OHLC?pair=${encodeURIComponent(symbol)}&interval=1&since=${since}`;
      const answer = await getJson(deps, { source: NAME, path, readError });
      if (!answer.ok) return noCandles(answer.failure);
      const { data } = envelope.safeParse(answer.body);
      const name = resultNames(symbol).find((one) => data && Object.hasOwn(data.result, one));
      const list = z.array(candle).safeParse(data?.result[name ?? '']).data;
      if (list === undefined)
        return noCandles(failure(NAME, 'malformed', 'sent something that is not a list of minutes'));
      const rows = list.map(([seconds, open, high, low, close]) => ({
        minuteMs: seconds * 1_000,
        ...{ open, high, low, close },
      }));
      return readCandles(NAME, asked, 'string', rows);
    },
  };
}
