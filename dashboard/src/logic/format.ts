const numbers = new Map<number, Intl.NumberFormat>();

function withDecimals(decimals: number): Intl.NumberFormat {
  const known = numbers.get(decimals);
  if (known) return known;
  const made = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  numbers.set(decimals, made);
  return made;
}

/** How many decimals show a price of this size well: 65,420.15, 3.1042, 0.081234. */
export function decimalsOf(price: number): number {
  if (price >= 100) return 2;
  if (price >= 1) return 4;
  return Math.min(12, 4 - Math.floor(Math.log10(price)));
}

/** A price in US dollars, with as many decimals as its size wants. */
export const formatPrice = (price: number) => withDecimals(decimalsOf(price)).format(price);

const EXACT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 15 });
/** A price as somebody set it, to its last digit. */
export const formatExact = (price: number) => EXACT.format(price);

/** As near to a place on the chart as somebody can mean it. */
export const roundedPrice = (price: number) => Number(price.toFixed(decimalsOf(price)));

/** Per cent with a sign, and a true minus. */
export function formatPercent(percent: number): string {
  const digits = Math.abs(percent) >= 1_000 ? 0 : 2;
  const text = withDecimals(digits).format(Math.abs(percent));
  const sign = Number(text.replaceAll(',', '')) === 0 ? '' : percent > 0 ? '+' : '−';
  return `${sign}${text}\u00a0%`;
}

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const MINUTE = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const YEAR = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** A time of this place: only the clock where it is of today, with the year where it is of another one. */
export function formatTime(time: Date, today = new Date(), seconds = true): string {
  const clock = (seconds ? CLOCK : MINUTE).format(time);
  if (time.toDateString() === today.toDateString()) return clock;
  const day = time.getFullYear() === today.getFullYear() ? DAY : YEAR;
  return `${day.format(time)}, ${MINUTE.format(time)}`;
}

/** A time of this place to the minute, as fields of forms have it: `2026-03-01T12:00`. */
export function localTime(time: Date): string {
  const shifted = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

export const formatDay = (time: Date) => DAY.format(time);
export const formatMinute = (time: Date) => MINUTE.format(time);

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;

/** A span in its largest unit, or two: `45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`. */
export function formatSpan(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))}\u00a0ms`;
  const at = UNITS.findIndex(([size]) => ms >= size);
  const [size, name] = UNITS[at] as (typeof UNITS)[number];
  const whole = Math.floor(ms / size);
  const [restSize, restName] = UNITS[at + 1] ?? [1, ''];
  const rest = Math.floor((ms - whole * size) / restSize);
  const text = rest > 0 && size >= 3_600_000 ? `${whole} ${name} ${rest} ${restName}` : `${whole} ${name}`;
  return text.replaceAll(' ', '\u00a0');
}

export const plural = (count: number, one: string, many = `${one}s`) =>
  `${EXACT.format(count)} ${count === 1 ? one : many}`;
