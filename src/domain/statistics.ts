import { sampleDeviation } from './statistics-moments';
import { RollingWindow } from './statistics-window';

export const MINUTE_MS = 60_000;

/** The close of a minute that there is a candle of. */
export interface MinuteClose {
  /** When the minute begins, Unix milliseconds. */
  minuteMs: number;
  /** US dollars. */
  close: number;
}

/**
 * What one window says at the close of a minute. It reaches over `windowMinutes` minutes, that one included; minutes
 * without a candle are left out, never taken for zero. docs/statistics.md has the formulas.
 */
export interface WindowStatistics {
  windowMinutes: number;
  /** How many of the window's minutes there are. */
  points: number;
  /** US dollars. */
  mean: number;
  /** Sample standard deviation, US dollars; null below two points. */
  stddev: number | null;
  /** Per cent since the close one window earlier; null where that very minute is missing. */
  change: number | null;
  /** How many minute returns the volatility is made of; one is missing where either of its minutes is. */
  returns: number;
  /** Realised volatility over the window, a fraction, not annualised; null without a return. */
  volatility: number | null;
  /** How many standard deviations the close lies from the mean; null where that is zero or null. */
  zscore: number | null;
}

export interface MinuteStatistics extends MinuteClose {
  /** In the order in which the windows were asked for. */
  windows: WindowStatistics[];
}

/** (now − before) / before, in per cent. */
export function percentChange(before: number, now: number): number {
  return ((now - before) / before) * 100;
}

/** ln(now / before); by log1p of the difference, which keeps the digits of small moves. */
export function logReturn(before: number, now: number): number {
  return Math.log1p((now - before) / before);
}

/** Computes statistics minute by minute, with the minutes of the longest window in memory. */
export class StatisticsWalk {
  readonly #windows: { minutes: number; rolling: RollingWindow }[];
  /** The last closes by minute, as a ring; NaN where there is none. */
  readonly #closes: Float64Array;
  #last = Number.NEGATIVE_INFINITY;

  /** @param windows lengths in minutes */
  constructor(windows: readonly number[]) {
    this.#windows = windows.map((minutes) => ({ minutes, rolling: new RollingWindow(minutes) }));
    this.#closes = new Float64Array(Math.max(1, ...windows) + 1).fill(Number.NaN);
  }

  /**
   * The statistics at a minute; minutes are handed in by rising time, and those left out are gaps. They are what they
   * should be once the longest window's minutes were handed in.
   * @throws RangeError where the minute is not later than the one before, or does not begin on the minute
   */
  add({ minuteMs, close }: MinuteClose): MinuteStatistics {
    const minute = this.#reach(minuteMs);
    const windows = this.#at(minute, close, 'add');
    this.#closes[minute % this.#closes.length] = close;
    this.#last = minute;
    return { minuteMs, close, windows };
  }

  /**
   * What `add` would answer, without taking the minute in: for a minute that is under way, or a price that it might close at.
   * @throws RangeError as `add` does
   */
  peek({ minuteMs, close }: MinuteClose): MinuteStatistics {
    return { minuteMs, close, windows: this.#at(this.#reach(minuteMs), close, 'peek') };
  }

  /** The minute as a number, with what lies between it and the last one forgotten. */
  #reach(minuteMs: number): number {
    const minute = minuteMs / MINUTE_MS;
    if (!Number.isInteger(minute) || minute <= this.#last)
      throw new RangeError(`Minute ${minuteMs} does not follow the one before`);
    this.#forgetBetween(minute);
    return minute;
  }

  #at(minute: number, close: number, how: 'add' | 'peek'): WindowStatistics[] {
    const before = this.#closeAt(minute - 1);
    const square = Number.isNaN(before) ? null : logReturn(before, close) ** 2;
    return this.#windows.map(({ minutes, rolling }): WindowStatistics => {
      const { moments, pivot, returns, squares } = rolling[how](minute, close, square);
      const earlier = this.#closeAt(minute - minutes);
      const stddev = sampleDeviation(moments);
      return {
        windowMinutes: minutes,
        points: moments.count,
        mean: pivot + moments.mean,
        stddev,
        change: Number.isNaN(earlier) ? null : percentChange(earlier, close),
        returns,
        volatility: returns === 0 ? null : Math.sqrt(squares),
        zscore: stddev === null || stddev === 0 ? null : (close - pivot - moments.mean) / stddev,
      };
    });
  }

  #closeAt(minute: number): number {
    return this.#closes[minute % this.#closes.length] as number;
  }

  #forgetBetween(minute: number): void {
    const size = this.#closes.length;
    if (minute - this.#last >= size) this.#closes.fill(Number.NaN);
    else
      for (let missing = this.#last + 1; missing < minute; missing += 1)
        this.#closes[missing % size] = Number.NaN;
  }
}
