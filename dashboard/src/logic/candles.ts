/** A candle as the charts have it: `time` is when it begins, in Unix seconds. Prices in US dollars. */
export interface Candle {
  time: number;
  open: number;
  high: number;
  low: number;
  close: number;
}

export const INTERVALS = { '1m': 60, '5m': 300, '1h': 3_600, '1d': 86_400 } as const;
export type Interval = keyof typeof INTERVALS;

/** The candles with a price taken in that was published at a time (Unix seconds); what is older changes nothing. */
export function withPrice(candles: readonly Candle[], seconds: number, at: number, price: number): Candle[] {
  const last = candles.at(-1);
  const time = Math.floor(at / seconds) * seconds;
  if (last === undefined || time > last.time)
    return [...candles, { time, open: price, high: price, low: price, close: price }];
  if (time < last.time) return [...candles];
  const { high, low } = last;
  const grown = { ...last, high: Math.max(high, price), low: Math.min(low, price), close: price };
  return [...candles.slice(0, -1), grown];
}

export interface BandPoint {
  time: number;
  mean: number;
  upper: number;
  lower: number;
}

/**
 * Mean and ±2 sample standard deviations of the closes in the window that ends with each candle. A candle whose window
 * holds less than half of its candles has no point, as a few prices say nothing of a mean.
 */
export function band(candles: readonly Candle[], seconds: number, windowSeconds: number): BandPoint[] {
  const enough = Math.max(2, windowSeconds / seconds / 2);
  const points: BandPoint[] = [];
  let first = 0;
  candles.forEach(({ time }, last) => {
    while ((candles[first] as Candle).time <= time - windowSeconds) first += 1;
    const count = last - first + 1;
    if (count < enough) return;
    const { mean, deviation } = spreadOf(candles, first, last);
    points.push({ time, mean, upper: mean + 2 * deviation, lower: mean - 2 * deviation });
  });
  return points;
}

function spreadOf(candles: readonly Candle[], first: number, last: number) {
  const count = last - first + 1;
  let sum = 0;
  for (let i = first; i <= last; i += 1) sum += (candles[i] as Candle).close;
  const mean = sum / count;
  let squares = 0;
  for (let i = first; i <= last; i += 1) squares += ((candles[i] as Candle).close - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / (count - 1)) };
}

/** The change, in per cent, to a price from the close a day before; from the first close there is, where none is so old. */
export function dayChange(
  candles: readonly Candle[],
  price: number,
  nowSeconds: number,
): { percent: number; seconds: number } | undefined {
  const dayAgo = nowSeconds - 86_400;
  const before = candles.findLast(({ time }) => time <= dayAgo) ?? candles[0];
  if (before === undefined) return undefined;
  const seconds = Math.min(86_400, nowSeconds - before.time);
  return { percent: (price / before.close - 1) * 100, seconds };
}
