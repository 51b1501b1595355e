import { type ActiveHours, WEEKDAYS } from '../../src/domain/active-hours';
import type { PreviewFiring } from '../../src/domain/preview';
import type { Rule } from '../../src/domain/rule';
import type { NaiveView } from './naive-metrics';

const LONGEST_BREAK_MS = 90_000;

export interface NaiveWish {
  /** The metric when the alert was made. */
  armedAt: number | null;
  snoozedUntilMs: number | null;
}

/**
 * When an alert fires and its condition ends, told from the whole of what was seen at every minute anew: slowly, and in another
 * way than in earnest.
 * @param views of the metric; undefined where it is not known
 * @param prices of the same minutes, for changes that count from a price of their own
 */
export function naiveFirings(
  rule: Rule,
  views: readonly (NaiveView | undefined)[],
  prices: readonly NaiveView[],
  { armedAt, snoozedUntilMs }: NaiveWish,
  rebaseMs: number,
): PreviewFiring[] {
  const { forMs, repeat } = rule;
  const most = repeat === null ? 1 : (repeat.maxFirings ?? Infinity);
  const isCrossing = !['gt', 'lt'].includes(rule.condition);
  const firings: PreviewFiring[] = [];
  const seen: NaiveView[] = [];
  /** The last of `seen` that was counted otherwise than those after it, that of the last firing, and whether that was rebased. */
  let basis = -1;
  let taken = -1;
  let base: { price: number; untilMs: number } | null = null;

  for (const [n, view] of views.entries()) {
    const { atMs } = prices[n] as NaiveView;
    if (base !== null && atMs >= base.untilMs) base = null;
    const now = base === null ? view : counted(prices[n] as NaiveView, base.price);
    if (now === undefined) continue;
    seen.push(now);
    const i = seen.length - 1;
    const last = firings.at(-1);
    if (last?.endedAtMs === null && !always(rule, now)) last.endedAtMs = atMs;
    if (firings.length >= most || !isArmed(i)) continue;
    if (forMs > 0 ? !held(i) : !sometimes(rule, now)) continue;
    const isCool = !repeat || !last || atMs >= last.atMs + repeat.everyMs;
    if (isCool && atMs >= (snoozedUntilMs ?? 0) && isActive(rule.activeHours, atMs)) {
      const point = firingPoint(rule, now);
      const isBackAtClose = forMs === 0 && !repeat?.rebase && !at(rule, now.close.value);
      firings.push({ atMs, ...point, endedAtMs: isBackAtClose ? atMs : null });
      taken = i;
      if (repeat?.rebase) {
        base = { price: point.price, untilMs: atMs + rebaseMs };
        basis = i;
      }
    } else if (isCrossing) taken = i;
  }
  return firings;

  function isArmed(i: number): boolean {
    const distance = repeat?.rearm ?? 0;
    if (taken < 0) {
      if (!isCrossing) return true;
      return (armedAt !== null && back(rule, 0, armedAt, armedAt)) || anyBack(0, i, 0);
    }
    if (!isCrossing && (repeat?.rearm ?? null) === null) return true;
    const { value } = (seen[taken] as NaiveView).close;
    return (basis !== taken && back(rule, distance, value, value)) || anyBack(taken + 1, i, distance);
  }

  function anyBack(from: number, to: number, distance: number): boolean {
    return seen.slice(from, to).some(({ low, high }) => back(rule, distance, low.value, high.value));
  }

  function held(i: number): boolean {
    let first = i;
    if (!always(rule, seen[i] as NaiveView)) return false;
    const atMs = (n: number) => (seen[n] as NaiveView).atMs;
    while (
      first - 1 > basis &&
      always(rule, seen[first - 1] as NaiveView) &&
      atMs(first) - atMs(first - 1) <= LONGEST_BREAK_MS
    )
      first -= 1;
    return atMs(i) - atMs(first) >= forMs;
  }
}

function counted({ atMs, low, high, close }: NaiveView, from: number): NaiveView {
  const change = ({ price }: { price: number }) => ({ value: ((price - from) / from) * 100, price });
  return { atMs, low: change(low), high: change(high), close: change(close) };
}

/** Whether it is true of a single value. */
function at({ condition, bounds: [a, b = a] }: Rule, value: number): boolean {
  if (condition === 'gt' || condition === 'crosses_above') return value > a;
  if (condition === 'lt' || condition === 'crosses_below') return value < a;
  const isInside = a <= value && value <= b;
  return condition === 'enters' ? isInside : !isInside;
}

/** Whether it is true of some value that was passed: of an end of the span, or of a range that lies within it. */
function sometimes(rule: Rule, { low, high }: NaiveView): boolean {
  const [a] = rule.bounds;
  const isPassed = rule.condition === 'enters' && low.value <= a && a <= high.value;
  return at(rule, low.value) || at(rule, high.value) || isPassed;
}

/** Whether it is true of all values that were passed. */
function always(rule: Rule, { low, high }: NaiveView): boolean {
  const [a, b = a] = rule.bounds;
  const isInterrupted = rule.condition === 'leaves' && low.value < a && high.value > b;
  return at(rule, low.value) && at(rule, high.value) && !isInterrupted;
}

function back({ condition, bounds: [a, b = a] }: Rule, distance: number, low: number, high: number): boolean {
  if (condition === 'gt' || condition === 'crosses_above') return low <= a - distance;
  if (condition === 'lt' || condition === 'crosses_below') return high >= a + distance;
  if (condition === 'enters') return low < a - distance || high > b + distance;
  const inside = Math.min(distance, (b - a) / 4);
  return low <= b - inside && high >= a + inside;
}

function firingPoint(rule: Rule, { low, high, close }: NaiveView): { value: number; price: number } {
  const isAbove = rule.condition === 'gt' || rule.condition === 'crosses_above';
  const isBelow = rule.condition === 'lt' || rule.condition === 'crosses_below';
  if (rule.forMs > 0) return close;
  if (isAbove) return high;
  if (isBelow) return low;
  return [close, high, low].find(({ value }) => at(rule, value)) ?? close;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function wallClock(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const options = { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit' } as const;
  const made = new Intl.DateTimeFormat('en-GB', options);
  clocks.set(timeZone, made);
  return made;
}

/** Whether the clock on the wall says so. */
export function isActive(hours: ActiveHours | null, atMs: number): boolean {
  if (hours === null) return true;
  const written = wallClock(hours.timeZone).format(atMs);
  const [, name = '', hour, minute] = /^(\w+),? (\d+):(\d+)$/.exec(written) ?? [];
  const day = WEEKDAYS.indexOf(name.toLowerCase() as (typeof WEEKDAYS)[number]);
  const now = Number(hour) * 60 + Number(minute);
  const begins = (on: number) => hours.days.includes(WEEKDAYS[(on + 7) % 7] as (typeof WEEKDAYS)[number]);
  const isOvernight = hours.toMinute <= hours.fromMinute;
  if (now >= hours.fromMinute && (isOvernight || now < hours.toMinute) && begins(day)) return true;
  return isOvernight && now < hours.toMinute && begins(day - 1);
}
