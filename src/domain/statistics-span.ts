import { MINUTE_MS, type MinuteClose, type MinuteStatistics, StatisticsWalk } from './statistics';
import { HOUR_MS, type HourStatistics, HourWalk, hourOf } from './statistics-hour';

/** From `fromMs` until before `toMs`, Unix milliseconds. */
export interface TimeSpan {
  fromMs: number;
  toMs: number;
}

/** The closes of a span's minutes, as far as there are any, by time and some at a time: from PostgreSQL, or from the archive. */
export type ReadCloses = (span: TimeSpan) => AsyncIterable<MinuteClose[]>;

/** The statistics of a span's minutes, some at a time; the windows reach back before it. */
export async function* walkMinutes(
  read: ReadCloses,
  { fromMs, toMs }: TimeSpan,
  windows: readonly number[],
): AsyncGenerator<MinuteStatistics[]> {
  const walk = new StatisticsWalk(windows);
  const leadMs = Math.max(0, ...windows) * MINUTE_MS;
  for await (const closes of read({ fromMs: fromMs - leadMs, toMs })) {
    const minutes = closes.map((close) => walk.add(close)).filter(({ minuteMs }) => minuteMs >= fromMs);
    if (minutes.length > 0) yield minutes;
  }
}

/** Minutes, and the hours that were done with them. */
export interface WalkedHours {
  minutes: MinuteStatistics[];
  hours: HourStatistics[];
}

/** The statistics of the hours that a span touches, and of their minutes, some at a time. */
export async function* walkHours(
  read: ReadCloses,
  span: TimeSpan,
  windows: readonly number[],
): AsyncGenerator<WalkedHours> {
  const fromMs = hourOf(span.fromMs);
  const toMs = hourOf(span.toMs - 1) + HOUR_MS;
  const walk = new HourWalk();
  const isInside = (hour: HourStatistics | undefined) => hour !== undefined && hour.hourMs >= fromMs;
  // The first hour's change and volatility begin with the minute before it.
  for await (const batch of walkMinutes(read, { fromMs: fromMs - MINUTE_MS, toMs }, windows)) {
    const hours = batch.map((minute) => walk.add(minute)).filter(isInside) as HourStatistics[];
    yield { minutes: batch.filter(({ minuteMs }) => minuteMs >= fromMs), hours };
  }
  const last = walk.end();
  if (isInside(last)) yield { minutes: [], hours: [last as HourStatistics] };
}
