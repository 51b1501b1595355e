export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** The hours of the day in which an alert may fire. */
export interface ActiveHours {
  /** Minutes after midnight. */
  fromMinute: number;
  /** The first minute that is none of them; where it is not after `fromMinute`, they end on the next day. */
  toMinute: number;
  /** The days on which they begin. */
  days: readonly Weekday[];
  /** An IANA time zone, such as `Europe/Berlin`. */
  timeZone: string;
}

/** A minute after midnight as the clock has it: `09:30`. */
export const writeClock = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
const WEEK_MINUTES = 7 * DAY_MINUTES;
/** Clocks are changed at such times in UTC. */
const QUARTER_MS = 15 * MINUTE_MS;
/** Unix time begins on a Thursday. */
const EPOCH_DAY = WEEKDAYS.indexOf('thu');

interface LocalTime {
  /** Of the week, Monday is 0. */
  day: number;
  minute: number;
}

interface Clock {
  format: Intl.DateTimeFormat;
  /** The quarter of an hour that was asked for last, and how far local time was ahead of UTC then. */
  quarter: number;
  aheadMinutes: number;
}

const clocks = new Map<string, Clock>();

/** A name is one in any case, so that there are more of them than time zones; a clock has some kilobytes. */
const MOST_CLOCKS = 1_000;

/** A clock costs some 50 µs to make, and alerts of a million users share some four hundred time zones. */
function clockOf(timeZone: string): Clock {
  const name = timeZone.toLowerCase();
  const known = clocks.get(name);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const clock = { format, quarter: Number.NaN, aheadMinutes: 0 };
  if (clocks.size >= MOST_CLOCKS) clocks.clear();
  clocks.set(name, clock);
  return clock;
}

/** How far local time is ahead of UTC; as minutes of a week, which is enough to tell day and minute. */
function aheadMinutes(timeZone: string, atMs: number): number {
  const clock = clockOf(timeZone);
  const quarter = Math.floor(atMs / QUARTER_MS);
  if (clock.quarter === quarter) return clock.aheadMinutes;
  const startMs = quarter * QUARTER_MS;
  const parts = new Map(clock.format.formatToParts(startMs).map(({ type, value }) => [type, value]));
  const day = WEEKDAYS.indexOf(parts.get('weekday')?.toLowerCase() as Weekday);
  const local = day * DAY_MINUTES + Number(parts.get('hour')) * 60 + Number(parts.get('minute'));
  clock.quarter = quarter;
  clock.aheadMinutes = modulo(local - startMs / MINUTE_MS - EPOCH_DAY * DAY_MINUTES, WEEK_MINUTES);
  return clock.aheadMinutes;
}

function localTime(timeZone: string, atMs: number): LocalTime {
  const minutes = Math.floor(atMs / MINUTE_MS) + EPOCH_DAY * DAY_MINUTES + aheadMinutes(timeZone, atMs);
  const ofWeek = modulo(minutes, WEEK_MINUTES);
  return { day: Math.floor(ofWeek / DAY_MINUTES), minute: ofWeek % DAY_MINUTES };
}

const modulo = (value: number, by: number) => ((value % by) + by) % by;

/** Whether a name is that of a time zone that is known here. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Whether a moment (Unix milliseconds) lies within the hours. */
export function isWithin(hours: ActiveHours, atMs: number): boolean {
  const { day, minute } = localTime(hours.timeZone, atMs);
  const begins = (offset: number) => hours.days.includes(WEEKDAYS[(day + offset + 7) % 7] as Weekday);
  if (hours.fromMinute < hours.toMinute)
    return begins(0) && minute >= hours.fromMinute && minute < hours.toMinute;
  return (begins(0) && minute >= hours.fromMinute) || (begins(-1) && minute < hours.toMinute);
}

/**
 * When the hours begin next, Unix milliseconds: `atMs` itself within them. An hour that clocks leave out has no minute; hours
 * that begin in it begin after it.
 * @throws RangeError for hours without a day
 */
export function nextWithin(hours: ActiveHours, atMs: number): number {
  if (isWithin(hours, atMs)) return atMs;
  let fromMs = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
  for (;;) {
    const beginningMs = fromMs + waitMinutes(hours, fromMs) * MINUTE_MS;
    const changeMs = nextClockChange(hours.timeZone, fromMs, beginningMs);
    if (changeMs === undefined) return beginningMs;
    if (isWithin(hours, changeMs)) return changeMs;
    fromMs = changeMs;
  }
}

/** How long it is until the hours begin, if no clock is changed before. */
function waitMinutes({ days, fromMinute, timeZone }: ActiveHours, atMs: number): number {
  const { day, minute } = localTime(timeZone, atMs);
  for (let later = 0; later <= 7; later += 1) {
    const wait = later * DAY_MINUTES + fromMinute - minute;
    if (wait > 0 && days.includes(WEEKDAYS[(day + later) % 7] as Weekday)) return wait;
  }
  throw new RangeError('Hours without a day never begin');
}

/** The first minute after `fromMs`, up to `toMs`, at which local time is another one ahead of UTC; undefined where there is none. */
function nextClockChange(timeZone: string, fromMs: number, toMs: number): number | undefined {
  const ahead = aheadMinutes(timeZone, fromMs);
  let beforeMs = fromMs;
  while (beforeMs < toMs) {
    const afterMs = Math.min(beforeMs + DAY_MINUTES * MINUTE_MS, toMs);
    if (aheadMinutes(timeZone, afterMs) !== ahead) return changeBetween(beforeMs, afterMs);
    beforeMs = afterMs;
  }
  return undefined;

  function changeBetween(oldMs: number, newMs: number): number {
    let [low, high] = [oldMs / MINUTE_MS, newMs / MINUTE_MS];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (aheadMinutes(timeZone, middle * MINUTE_MS) === ahead) low = middle;
      else high = middle;
    }
    return high * MINUTE_MS;
  }
}
