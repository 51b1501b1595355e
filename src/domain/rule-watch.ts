import { type ActiveHours, isWithin, nextWithin } from './active-hours';
import { definitionOf, type Metric } from './metrics';
import {
  backBounds,
  type Extent,
  holdsSomewhere,
  holdsThroughout,
  isBackSomewhere,
  isCrossing,
  type Rule,
} from './rule';
import { percentChange } from './statistics';

const MINUTE_MS = 60_000;

/** A break in what is seen of a metric that is longer than this ends the span during which a condition held. */
export const LONGEST_BREAK_MS = 90_000;

/**
 * Where an alert stands. `unarmed`: the metric must first go back; `waits`: it fires when the condition comes true; `holds`: it
 * is true, but not yet for long enough, or it may not fire yet; `fired`: it has fired, or was passed by, and is still true.
 */
export type Phase = 'unarmed' | 'waits' | 'holds' | 'fired';

/** All that is remembered of an alert between two observations. Times in Unix milliseconds. */
export interface WatchState {
  phase: Phase;
  /** Unarmed: how far back the metric must go. */
  back: number;
  /** Holds: since when. */
  sinceMs: number | null;
  firings: number;
  lastFiredAtMs: number | null;
  /** Whether the last firing's condition has not ended yet. */
  isOpen: boolean;
  /** A change counts from this price until then. */
  base: { price: number; untilMs: number } | null;
  /** At the last observation that was looked at; null: none was yet. */
  value: number | null;
}

/** A metric's value and the price that it was made of, US dollars. */
export interface Point {
  value: number;
  price: number;
}

/** What is seen of a metric in a tick, where the three are the same, or in a minute. */
export interface Observation {
  /** Of a minute: when it begins. */
  atMs: number;
  low: Point;
  high: Point;
  close: Point;
  /** Since when it was seen without a break, Unix milliseconds. */
  unbrokenSinceMs: number;
}

export type WatchEvent =
  | { type: 'fired'; number: number; atMs: number; value: number; price: number }
  /** The condition of the last firing no longer holds. */
  | { type: 'ended'; number: number; atMs: number; value: number; price: number };

export interface Step {
  state: WatchState;
  events: WatchEvent[];
}

/** Where a watch is of interest again: at a value of its series at or beyond one of these, or from a time on. */
export interface Interest {
  /** `price` while a change counts from a price of its own. */
  metric: Metric;
  /** Null: no value is. */
  above: number | null;
  below: number | null;
  /** Unix milliseconds; null: at no time. */
  dueAtMs: number | null;
}

/**
 * How an alert begins, or begins again after a change.
 * @param value the metric's last one, if it is known: an alert on a crossing is armed by it
 * @param before what it has fired already
 */
export function armed(
  rule: Rule,
  value: number | null,
  before: { firings: number; lastFiredAtMs: number | null } = { firings: 0, lastFiredAtMs: null },
): WatchState {
  const isBack = value !== null && isBackSomewhere(rule, 0, { low: value, high: value });
  return {
    phase: isCrossing(rule) && !isBack ? 'unarmed' : 'waits',
    back: 0,
    sinceMs: null,
    ...before,
    isOpen: false,
    base: null,
    // Its first observation is looked at whatever it is: the condition may hold already.
    value: null,
  };
}

/** Whether an alert will never fire again. */
export function isExhausted(rule: Rule, { firings }: Pick<WatchState, 'firings'>): boolean {
  return firings >= (rule.repeat === null ? 1 : (rule.repeat.maxFirings ?? Number.POSITIVE_INFINITY));
}

/** Whether nothing can become of an alert any longer, not even the end of its last firing. */
export function isOver(rule: Rule, state: WatchState): boolean {
  return isExhausted(rule, state) && !(state.isOpen && rule.tellsEnd);
}

/**
 * Takes an alert through one observation; the only place that decides whether it fires, for ticks and for recorded minutes.
 * Within a minute nobody knows which extreme came first, so it makes one step at most: what arms an alert, or ends its firing,
 * lets a crossing count from the next one on.
 * @param snoozedUntilMs it does not fire before; null: it is awake
 */
export function step(
  rule: Rule,
  before: WatchState,
  seen: Observation,
  snoozedUntilMs: number | null = null,
): Step {
  const { atMs } = seen;
  const base = before.base !== null && atMs < before.base.untilMs ? before.base : null;
  const points = base === null ? seen : rebased(base.price, seen);
  const extent: Extent = { low: points.low.value, high: points.high.value };
  const state: WatchState = { ...before, base, value: points.close.value };
  const events: WatchEvent[] = [];

  if (state.isOpen && !holdsThroughout(rule, extent)) {
    const { value, price } = points.close;
    events.push({ type: 'ended', number: state.firings, atMs, value, price });
    state.isOpen = false;
  }
  if (isExhausted(rule, state)) return { state, events };

  switch (state.phase) {
    case 'unarmed':
      if (isBackSomewhere(rule, state.back, extent)) state.phase = 'waits';
      break;
    case 'fired':
      if (holdsThroughout(rule, extent)) {
        if (!mustGoBack(rule)) fireIfAllowed();
      } else if (mustGoBack(rule)) {
        state.back = rule.repeat?.rearm ?? 0;
        state.phase = isBackSomewhere(rule, state.back, extent) ? 'waits' : 'unarmed';
      } else state.phase = 'waits';
      break;
    case 'waits':
    case 'holds':
      if (rule.forMs > 0) holdOn();
      else if (holdsSomewhere(rule, extent)) fireIfAllowed();
      else Object.assign(state, { phase: 'waits', sinceMs: null });
  }
  return { state, events };

  function holdOn(): void {
    if (!holdsThroughout(rule, extent)) {
      state.phase = 'waits';
      state.sinceMs = null;
      return;
    }
    state.phase = 'holds';
    state.sinceMs = Math.max(state.sinceMs ?? atMs, seen.unbrokenSinceMs);
    if (atMs - state.sinceMs >= rule.forMs) fireIfAllowed();
  }

  function fireIfAllowed(): void {
    if (allowedFrom(rule, state, atMs, snoozedUntilMs) <= atMs) {
      const { value, price } = firingPoint(rule, points);
      state.firings += 1;
      events.push({ type: 'fired', number: state.firings, atMs, value, price });
      Object.assign(state, { phase: 'fired', sinceMs: null, lastFiredAtMs: atMs, isOpen: true });
      if (rule.repeat?.rebase) {
        state.base = { price, untilMs: atMs + definitionOf(rule.metric).windowMinutes * MINUTE_MS };
        // Counted from there, the next one is another value altogether.
        state.value = null;
      }
      return;
    }
    // A level that still holds when it may fire again does so then; a crossing was at this moment, and is passed by.
    if (isCrossing(rule)) Object.assign(state, { phase: 'fired', sinceMs: null });
    else if (state.phase !== 'fired') {
      state.phase = 'holds';
      state.sinceMs ??= atMs;
    }
  }
}

/** What has to be seen for `step` to change anything: until then an alert need not be looked at. */
export function interestOf(
  rule: Rule,
  state: WatchState,
  nowMs: number,
  snoozedUntilMs: number | null = null,
): Interest {
  const metric = state.base === null ? rule.metric : 'price';
  // Never looked at: the next observation is, whatever it is.
  if (state.value === null) return { metric, above: null, below: null, dueAtMs: 0 };
  const { value } = state;
  const bounds =
    state.phase === 'unarmed' ? [...backBounds(rule, state.back), ...rule.bounds] : [...rule.bounds];
  const above = Math.min(...bounds.filter((bound) => bound >= value));
  const below = Math.max(...bounds.filter((bound) => bound <= value));
  const times = [dueAt(rule, state, nowMs, snoozedUntilMs), state.base?.untilMs].filter(
    (time) => time !== undefined,
  );
  return {
    metric,
    above: Number.isFinite(above) ? inSeries(state, above, -1) : null,
    below: Number.isFinite(below) ? inSeries(state, below, 1) : null,
    dueAtMs: times.length > 0 ? Math.min(...times) : null,
  };
}

/** A bound as a value of the series that is watched, a little towards the present value, so that no rounding hides an observation. */
function inSeries({ base }: WatchState, bound: number, sign: 1 | -1): number {
  const value = base === null ? bound : base.price * (1 + bound / 100);
  return value + sign * Math.abs(value) * 1e-12;
}

function dueAt(
  rule: Rule,
  state: WatchState,
  nowMs: number,
  snoozedUntilMs: number | null,
): number | undefined {
  if (isExhausted(rule, state)) return undefined;
  if (state.phase === 'holds') {
    const readyAtMs = (state.sinceMs ?? nowMs) + rule.forMs;
    // A crossing that may not fire then is passed by then.
    if (isCrossing(rule)) return readyAtMs;
    return allowedFrom(rule, state, Math.max(nowMs, readyAtMs), snoozedUntilMs);
  }
  if (state.phase === 'fired' && !mustGoBack(rule)) return allowedFrom(rule, state, nowMs, snoozedUntilMs);
  return undefined;
}

/** From when on, not before `atMs`, the rule lets it fire, were its condition true then. */
function allowedFrom(
  { repeat, activeHours }: { repeat: Rule['repeat']; activeHours: ActiveHours | null },
  { lastFiredAtMs }: WatchState,
  atMs: number,
  snoozedUntilMs: number | null,
): number {
  const cooledMs = repeat !== null && lastFiredAtMs !== null ? lastFiredAtMs + repeat.everyMs : 0;
  const awakeMs = Math.max(atMs, cooledMs, snoozedUntilMs ?? 0);
  if (activeHours === null || isWithin(activeHours, awakeMs)) return awakeMs;
  return nextWithin(activeHours, awakeMs);
}

/** Whether a metric must go back before an alert fires again. */
function mustGoBack(rule: Rule): boolean {
  return isCrossing(rule) || (rule.repeat !== null && rule.repeat.rearm !== null);
}

/** The same observation, as a change from a price. */
function rebased(
  basePrice: number,
  { low, high, close }: Observation,
): Omit<Observation, 'atMs' | 'unbrokenSinceMs'> {
  const changed = ({ price }: Point): Point => ({ value: percentChange(basePrice, price), price });
  return { low: changed(low), high: changed(high), close: changed(close) };
}

/** Where in a minute it fires: at the extreme on the side of the condition; into a range, and after a span, at the close. */
function firingPoint(
  { condition, bounds: [a, b = a], forMs }: Rule,
  points: Omit<Observation, 'atMs' | 'unbrokenSinceMs'>,
): Point {
  if (forMs > 0) return points.close;
  switch (condition) {
    case 'gt':
    case 'crosses_above':
      return points.high;
    case 'lt':
    case 'crosses_below':
      return points.low;
    case 'enters':
      return points.close;
    case 'leaves':
      if (points.close.value < a || points.close.value > b) return points.close;
      return points.high.value > b ? points.high : points.low;
  }
}
