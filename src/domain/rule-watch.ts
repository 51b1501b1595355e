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
  /** Since when the condition has held; null where it does not, or does not matter. */
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

type Points = Pick<Observation, 'low' | 'high' | 'close'>;

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
 * Within a minute nobody knows which extreme came first: what arms an alert lets a crossing count from the next one on. The
 * close is known to come last: an alert that fires at an extreme may be over, and armed again, by the minute's end.
 * @param seen of the metric that `seenMetric` says
 * @param snoozedUntilMs it does not fire before; null: it is awake
 */
export function step(
  rule: Rule,
  before: WatchState,
  seen: Observation,
  snoozedUntilMs: number | null = null,
): Step {
  const { atMs } = seen;
  const base = baseAt(before, atMs);
  const points = base === null ? seen : rebased(base.price, seen);
  const extent: Extent = { low: points.low.value, high: points.high.value };
  const atClose: Extent = { low: points.close.value, high: points.close.value };
  const state: WatchState = { ...before, base, value: points.close.value };
  const events: WatchEvent[] = [];

  if (state.isOpen && !holdsThroughout(rule, extent)) end(endingPoint(rule, points));
  if (isExhausted(rule, state)) return { state, events };

  if (state.phase === 'unarmed') {
    if (isBackSomewhere(rule, state.back, extent)) state.phase = 'waits';
  } else if (state.phase === 'fired' && mustGoBack(rule)) {
    if (!holdsThroughout(rule, extent)) goBack(extent);
  } else if (rule.forMs > 0 ? holdsThroughout(rule, extent) : holdsSomewhere(rule, extent)) {
    holdOn();
    // Whatever came first in a minute, its close came last. Counted from a new price, the close is another value altogether.
    if (state.base === base && !holdsSomewhere(rule, atClose)) {
      if (state.isOpen) end(points.close);
      if (state.phase === 'fired') goBack(atClose);
      else Object.assign(state, { phase: 'waits', sinceMs: null });
    }
  } else Object.assign(state, { phase: 'waits', sinceMs: null });
  return { state, events };

  function holdOn(): void {
    state.sinceMs = Math.max(state.sinceMs ?? atMs, seen.unbrokenSinceMs);
    if (atMs - state.sinceMs < rule.forMs) state.phase = 'holds';
    else if (allowedFrom(rule, state, atMs, snoozedUntilMs) <= atMs) fire();
    // A level that still holds when it may fire again does so then; a crossing was at this moment, and is passed by.
    else state.phase = isCrossing(rule) ? 'fired' : 'holds';
  }

  function fire(): void {
    const { value, price } = firingPoint(rule, points);
    state.firings += 1;
    events.push({ type: 'fired', number: state.firings, atMs, value, price });
    Object.assign(state, { phase: 'fired', lastFiredAtMs: atMs, isOpen: true });
    if (rule.repeat?.rebase) {
      const untilMs = atMs + definitionOf(rule.metric).windowMinutes * MINUTE_MS;
      Object.assign(state, { base: { price, untilMs }, sinceMs: null, value: null });
    }
  }

  function end({ value, price }: Point): void {
    events.push({ type: 'ended', number: state.firings, atMs, value, price });
    state.isOpen = false;
  }

  function goBack(to: Extent): void {
    state.back = rule.repeat?.rearm ?? 0;
    state.phase = !mustGoBack(rule) || isBackSomewhere(rule, state.back, to) ? 'waits' : 'unarmed';
    state.sinceMs = null;
  }
}

/** What has to be seen for `step` to change anything: until then an alert need not be looked at. */
export function interestOf(
  rule: Rule,
  state: WatchState,
  nowMs: number,
  snoozedUntilMs: number | null = null,
): Interest {
  const metric = seenMetric(rule, state, nowMs);
  if (isOver(rule, state)) return { metric, above: null, below: null, dueAtMs: null };
  const { value } = state;
  const isStale = value === null || baseAt(state, nowMs) !== state.base;
  // The next observation is looked at, whatever it is.
  if (isStale || isTrueAlready(rule, state, value)) return { metric, above: null, below: null, dueAtMs: 0 };
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

/** What `step` must be shown at a moment: the price, while a change counts from a price of its own. */
export function seenMetric(rule: Rule, state: Pick<WatchState, 'base'>, atMs: number): Metric {
  return baseAt(state, atMs) === null ? rule.metric : 'price';
}

function baseAt({ base }: Pick<WatchState, 'base'>, atMs: number): WatchState['base'] {
  return base !== null && atMs < base.untilMs ? base : null;
}

/** Whether it waits for what is true already: a minute has armed it, and closed beyond the threshold. */
function isTrueAlready(rule: Rule, state: WatchState, value: number): boolean {
  return (
    state.phase === 'waits' && !isExhausted(rule, state) && holdsSomewhere(rule, { low: value, high: value })
  );
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
  const isHolding = state.phase === 'holds' || (state.phase === 'fired' && !mustGoBack(rule));
  if (!isHolding) return undefined;
  const readyAtMs = (state.sinceMs ?? nowMs) + rule.forMs;
  // A crossing that may not fire then is passed by then.
  if (isCrossing(rule)) return readyAtMs;
  return allowedFrom(rule, state, Math.max(nowMs, readyAtMs), snoozedUntilMs);
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
export function mustGoBack(rule: Rule): boolean {
  return isCrossing(rule) || (rule.repeat !== null && rule.repeat.rearm !== null);
}

/** The same observation, as a change from a price. */
function rebased(basePrice: number, { low, high, close }: Observation): Points {
  const changed = ({ price }: Point): Point => ({ value: percentChange(basePrice, price), price });
  return { low: changed(low), high: changed(high), close: changed(close) };
}

/** Where in a minute it fires: at the extreme on the side of the condition; of a range, at the close if that will do; after a span, at the close. */
function firingPoint({ condition, bounds: [a, b = a], forMs }: Rule, points: Points): Point {
  if (forMs > 0) return points.close;
  switch (condition) {
    case 'gt':
    case 'crosses_above':
      return points.high;
    case 'lt':
    case 'crosses_below':
      return points.low;
    case 'enters':
      return pointWhere(points, ({ value }) => value >= a && value <= b);
    case 'leaves':
      return pointWhere(points, ({ value }) => value < a || value > b);
  }
}

/** Where in a minute its condition no longer holds. */
function endingPoint(rule: Rule, points: Points): Point {
  return pointWhere(points, ({ value }) => !holdsSomewhere(rule, { low: value, high: value }));
}

/** Of a minute that has passed over a range from one side to the other, the close. */
function pointWhere({ close, high, low }: Points, isThere: (point: Point) => boolean): Point {
  return [close, high, low].find(isThere) ?? close;
}
