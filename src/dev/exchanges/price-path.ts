/** One recorded minute; prices in US dollars (USDT). */
export interface Candle {
  open: number;
  high: number;
  low: number;
  close: number;
}

/** Consecutive minutes of one ticker. */
export interface Recording {
  candles: Candle[];
  /** How many decimals the recorded prices have at most. */
  decimals: number;
}

const MINUTE_MS = 60_000;
const LEGS = 3;

/**
 * The price `elapsedMs` after the recording's start, which begins anew at its end. Within a minute it walks
 * open → low → high → close in a rising candle and open → high → low → close in a falling one, a third of the minute
 * each, in straight lines: so both extremes are reached. Rounded to the recorded decimals.
 */
export function priceAt({ candles, decimals }: Recording, elapsedMs: number): number {
  const lengthMs = candles.length * MINUTE_MS;
  const atMs = ((elapsedMs % lengthMs) + lengthMs) % lengthMs;
  const corners = cornersOf(candles[Math.floor(atMs / MINUTE_MS)] as Candle);
  const walked = ((atMs % MINUTE_MS) * LEGS) / MINUTE_MS;
  const leg = Math.floor(walked);
  const [from, to] = [corners[leg] as number, corners[leg + 1] as number];
  return Number((from + (to - from) * (walked - leg)).toFixed(decimals));
}

function cornersOf({ open, high, low, close }: Candle): number[] {
  return close >= open ? [open, low, high, close] : [open, high, low, close];
}
