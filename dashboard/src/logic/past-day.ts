import type { Condition } from '../api/types';
import type { Candle } from './candles';

export interface PastDay {
  /** When the alert would have fired first, Unix seconds to the minute; undefined where it would not have. */
  firstAt: number | undefined;
  /** How often the price went beyond the line. */
  crossings: number;
  /** How much of the day there are prices of, in seconds. */
  seconds: number;
}

/**
 * What an alert would have done over these minutes: it is strict, as real ones are, and a candle is made of the very
 * prices that alerts fire on.
 */
export function pastDay(minutes: readonly Candle[], condition: Condition, target: number): PastDay {
  let firstAt: number | undefined;
  let crossings = 0;
  let wasBeyond = false;
  for (const { time, high, low, close } of minutes) {
    const touched = isBeyond(condition, condition === 'gt' ? high : low, target);
    if (touched && !wasBeyond) crossings += 1;
    if (touched) firstAt ??= time;
    wasBeyond = isBeyond(condition, close, target);
  }
  return { firstAt, crossings, seconds: minutes.length * 60 };
}

/** Whether a price is beyond an alert's line. */
export function isBeyond(condition: Condition, price: number, target: number): boolean {
  return condition === 'gt' ? price > target : price < target;
}

/** How far a line lies from a price, in per cent of the price, with its sign. */
export const distance = (target: number, price: number) => (target / price - 1) * 100;
