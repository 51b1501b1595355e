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

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

interface LocalTime {
  /** Of the week, Monday is 0. */
  day: number;
  minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** A clock costs some 50 µs to make, and alerts of a million users share some four hundred time zones. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formats.set(timeZone, format);
  return format;
}

function localTime(timeZone: string, atMs: number): LocalTime {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, value]),
  );
  return {
    day: WEEKDAYS.indexOf(parts.get('weekday')?.toLowerCase() as Weekday),
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  };
}

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
 * When the hours begin next, Unix milliseconds: `atMs` itself within them. Where the clocks are changed before, it may be an hour
 * too early; asked again then, it says the right one.
 */
export function nextWithin(hours: ActiveHours, atMs: number): number {
  if (isWithin(hours, atMs)) return atMs;
  const { day, minute } = localTime(hours.timeZone, atMs);
  for (let later = 0; later <= 7; later += 1) {
    const wait = later * DAY_MINUTES + hours.fromMinute - minute;
    if (wait <= 0 || !hours.days.includes(WEEKDAYS[(day + later) % 7] as Weekday)) continue;
    const beginning = Math.floor(atMs / MINUTE_MS) * MINUTE_MS + wait * MINUTE_MS;
    return isWithin(hours, beginning) ? beginning : Math.max(atMs + MINUTE_MS, beginning - 60 * MINUTE_MS);
  }
  throw new RangeError('Hours without a day never begin');
}
