import { logReturn, MINUTE_MS, type MinuteClose, percentChange } from './statistics';
import { type Moments, NO_MOMENTS, sampleDeviation, withValue } from './statistics-moments';

export const HOUR_MS = 3_600_000;

/** An hour of the clock, of those of its minutes that there are. */
export interface HourStatistics {
  /** When the hour begins, Unix milliseconds. */
  hourMs: number;
  /** How many of its sixty minutes there are. */
  points: number;
  /** The close of the last one that there is, US dollars. */
  close: number;
  mean: number;
  /** Sample standard deviation, US dollars; null below two points. */
  stddev: number | null;
  /** Per cent from the close of the minute before the hour to that of its sixtieth; null where one of them is missing. */
  change: number | null;
  /** How many minute returns the volatility is made of; the first one reaches back into the hour before. */
  returns: number;
  /** Realised volatility over the hour, a fraction, not annualised; null without a return. */
  volatility: number | null;
}

/** The hour that a minute belongs to, both in Unix milliseconds. */
export function hourOf(minuteMs: number): number {
  return Math.floor(minuteMs / HOUR_MS) * HOUR_MS;
}

interface OpenHour {
  hourMs: number;
  /** The close of the minute before it. */
  before: number | null;
  /** Of the closes, less the first one. */
  moments: Moments;
  pivot: number;
  returns: number;
  squares: number;
}

/** Makes hours out of minutes that come by rising time. */
export class HourWalk {
  #hour: OpenHour | undefined;
  #last: MinuteClose | undefined;

  /** Takes in a minute; the hour before comes out with the first minute of a later one. */
  add(minute: MinuteClose): HourStatistics | undefined {
    const hourMs = hourOf(minute.minuteMs);
    const done = this.#hour?.hourMs === hourMs ? undefined : this.end();
    const before = this.#last?.minuteMs === minute.minuteMs - MINUTE_MS ? this.#last.close : null;
    this.#hour ??= {
      hourMs,
      before: minute.minuteMs === hourMs ? before : null,
      moments: NO_MOMENTS,
      pivot: minute.close,
      returns: 0,
      squares: 0,
    };
    this.#hour.moments = withValue(this.#hour.moments, minute.close - this.#hour.pivot);
    if (before !== null) {
      this.#hour.returns += 1;
      this.#hour.squares += logReturn(before, minute.close) ** 2;
    }
    this.#last = minute;
    return done;
  }

  /** The hour that was begun, as far as its minutes were handed in; undefined where there is none. */
  end(): HourStatistics | undefined {
    const hour = this.#hour;
    const last = this.#last;
    if (hour === undefined || last === undefined) return undefined;
    this.#hour = undefined;
    const isWhole = hour.before !== null && last.minuteMs === hour.hourMs + HOUR_MS - MINUTE_MS;
    return {
      hourMs: hour.hourMs,
      points: hour.moments.count,
      close: last.close,
      mean: hour.pivot + hour.moments.mean,
      stddev: sampleDeviation(hour.moments),
      change: isWhole ? percentChange(hour.before as number, last.close) : null,
      returns: hour.returns,
      volatility: hour.returns === 0 ? null : Math.sqrt(hour.squares),
    };
  }
}
