import type { Candle } from '../src/dev/exchanges/price-path';
import { FORTNIGHT_STARTS_AT_MS, readFortnight } from '../src/dev/exchanges/recordings';
import { type Prices, TICKERS } from './publisher';

export const MINUTE_MS = 60_000;

/** The recorded fortnight of all tickers: minute n of each begins at `startsAtMs` (Unix milliseconds) + n minutes. */
export interface Fortnight {
  startsAtMs: number;
  minutes: number;
  candles: Record<keyof Prices, Candle[]>;
}

/** Reads it; about 0.2 s. */
export function readRecordedFortnight(): Fortnight {
  const candles = Object.fromEntries(
    TICKERS.map((ticker) => {
      const recording = readFortnight(ticker);
      if (recording === null) throw new Error(`There is no recording of ${ticker}`);
      return [ticker, recording.candles];
    }),
  ) as Fortnight['candles'];
  return { startsAtMs: FORTNIGHT_STARTS_AT_MS, minutes: candles.BTC.length, candles };
}

/** The prices at the end of a recorded minute. */
export function closesOf({ candles }: Fortnight, minute: number): Prices {
  return Object.fromEntries(
    TICKERS.map((ticker) => [ticker, candles[ticker][minute]?.close as number]),
  ) as Prices;
}
