import type { Condition } from '../../src/domain/alert';
import { toDecimal } from '../../src/domain/price';
import { type Prices, TICKERS } from '../publisher';
import { type Fortnight, MINUTE_MS } from '../recorded';

/** An alert of the simulation; times in Unix milliseconds. */
export interface Sleeper {
  round: number;
  /** Of its target from the price at its start, as a fraction. */
  distance: number;
  ticker: keyof Prices;
  condition: Condition;
  targetPrice: string;
  startsAtMs: number;
  /** The beginning of the minute in which its line is crossed, or the fortnight's end. */
  endsAtMs: number;
}

const STARTS_A_ROUND = 4;
/** Until then there is no day's history to measure volatility by. */
const FIRST_START_MS = 86_400_000;

/** Alerts of all tickers, above and below, from several moments of the fortnight, other ones in each round. */
export function planSleepers(
  fortnight: Fortnight,
  options: { rounds: number; distances: number[]; tickers: number },
): Sleeper[] {
  const lengthMs = fortnight.minutes * MINUTE_MS - FIRST_START_MS;
  const starts = STARTS_A_ROUND * options.rounds;
  const sleepers: Sleeper[] = [];
  for (let start = 0; start < starts; start += 1) {
    const offsetMs = FIRST_START_MS + (start / starts) * lengthMs;
    const minute = Math.floor(offsetMs / MINUTE_MS);
    for (const ticker of TICKERS.slice(0, options.tickers)) {
      for (const distance of options.distances) {
        for (const condition of ['gt', 'lt'] as const) {
          const price = fortnight.candles[ticker][minute - 1]?.close as number;
          const target = price * (condition === 'gt' ? 1 + distance : 1 - distance);
          sleepers.push({
            round: start % options.rounds,
            distance,
            ticker,
            condition,
            targetPrice: toDecimal(target.toPrecision(8)),
            startsAtMs: fortnight.startsAtMs + minute * MINUTE_MS,
            endsAtMs:
              fortnight.startsAtMs + crossing(fortnight, ticker, condition, target, minute) * MINUTE_MS,
          });
        }
      }
    }
  }
  return sleepers;
}

/** The first minute from `from` on that reaches the target; the fortnight's length where none does. */
function crossing(
  { candles, minutes }: Fortnight,
  ticker: keyof Prices,
  condition: Condition,
  target: number,
  from: number,
): number {
  for (let minute = from; minute < minutes; minute += 1) {
    const candle = candles[ticker][minute];
    if (!candle) break;
    if (condition === 'gt' ? candle.high >= target : candle.low <= target) return minute;
  }
  return minutes;
}
