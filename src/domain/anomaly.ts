import type { AnomalyRule } from './anomaly-rules';
import type { MinuteStatistics, WindowStatistics } from './statistics';

/** An anomaly is over once the value is back below this part of its threshold, so that one at the edge is one. */
export const RECOVERED_BELOW = 0.9;

/** A z-score counts once this part of its window's minutes is there: of a few points, anything is far from the mean. */
export const MIN_COVERAGE = 0.5;

/** A time during which a rule's value was beyond its threshold. Times in Unix milliseconds, stamped with the minute's beginning. */
export interface Anomaly {
  rule: string;
  windowMinutes: number;
  threshold: number;
  startedAtMs: number;
  /** The minute that was back below; null while none was. */
  endedAtMs: number | null;
  /** With its sign: per cent of a change, standard deviations of a z-score. */
  value: number;
  /** The close at the start, US dollars. */
  price: number;
  /** The value that was farthest from zero, and when it first was. */
  peak: number;
  peakAtMs: number;
}

/** What detection carries from one minute, or hour, to the next: by the rules' names. Plain data, to be stored as JSON. */
export type DetectionState = Record<string, RuleState>;

/** What detection carries of one rule. */
export interface RuleState {
  /** The anomaly that goes on. */
  open: Anomaly | null;
  /** When the last one of values above zero ended, and the last one of those below, Unix milliseconds; null once the cooldown is over. */
  endedAtMs: Record<Direction, number | null>;
}

type Direction = 'up' | 'down';

const UNTOUCHED: RuleState = { open: null, endedAtMs: { up: null, down: null } };

export interface DetectionOptions {
  rules: readonly AnomalyRule[];
  /** How long after an anomaly's end its rule starts no other in the same direction. */
  cooldownMs: number;
}

export interface Detected {
  /** All that started, went on or ended, by start. */
  anomalies: Anomaly[];
  state: DetectionState;
}

/**
 * Finds anomalies in minutes that come by rising time, from the state that the minutes before led to. Span after span
 * finds what all of them at once would.
 *
 * An anomaly starts at the minute whose value lies beyond the threshold, and ends at the first that is back below
 * `RECOVERED_BELOW` of it, or on the other side of zero. Within the cooldown none starts in the same direction (a fall after a
 * rise is another matter); a value that is still beyond then starts one with its first minute after. A minute without
 * a value (a gap, or one a window after a gap) says nothing: what was open stays open.
 */
export class Detection {
  readonly #options: DetectionOptions;
  readonly #anomalies: Anomaly[] = [];
  #state: DetectionState;

  constructor(state: DetectionState, options: DetectionOptions) {
    this.#options = options;
    this.#state = state;
    for (const { open } of Object.values(state)) if (open !== null) this.#anomalies.push({ ...open });
  }

  /** @throws RangeError where the statistics lack the window of a rule */
  add(minute: MinuteStatistics): void {
    const next: DetectionState = {};
    for (const rule of this.#options.rules) {
      const state = this.#rested(this.#state[rule.name] ?? UNTOUCHED, minute.minuteMs);
      next[rule.name] = this.#step(rule, state, minute);
    }
    for (const [name, { open }] of Object.entries(this.#state)) {
      // Its rule was taken out of the settings: nobody will see it recover.
      if (next[name] === undefined && open !== null) this.#put({ ...open, endedAtMs: minute.minuteMs });
    }
    this.#state = next;
  }

  get state(): DetectionState {
    return this.#state;
  }

  /** What came of it so far. */
  result(): Detected {
    const byStart = (a: Anomaly, b: Anomaly) => a.startedAtMs - b.startedAtMs || (a.rule < b.rule ? -1 : 1);
    return { anomalies: [...this.#anomalies].sort(byStart), state: this.#state };
  }

  #step(rule: AnomalyRule, state: RuleState, { minuteMs, close, windows }: MinuteStatistics): RuleState {
    const value = ruleValue(rule, windows);
    if (value === null) return state;
    const { open } = state;
    if (open === null) return this.#maybeStarted(rule, state, { minuteMs, close, value });
    const direction = directionOf(open.value);
    if (Math.abs(value) < rule.threshold * RECOVERED_BELOW || directionOf(value) !== direction) {
      this.#put({ ...open, endedAtMs: minuteMs });
      const ended = { open: null, endedAtMs: { ...state.endedAtMs, [direction]: minuteMs } };
      return this.#maybeStarted(rule, ended, { minuteMs, close, value });
    }
    if (Math.abs(value) <= Math.abs(open.peak)) return state;
    return { ...state, open: this.#put({ ...open, peak: value, peakAtMs: minuteMs }) };
  }

  #maybeStarted(
    rule: AnomalyRule,
    state: RuleState,
    { minuteMs, close, value }: { minuteMs: number; close: number; value: number },
  ): RuleState {
    const isResting = this.#isResting(state.endedAtMs[directionOf(value)], minuteMs);
    if (Math.abs(value) <= rule.threshold || isResting) return state;
    const open = this.#put({
      rule: rule.name,
      windowMinutes: rule.windowMinutes,
      threshold: rule.threshold,
      startedAtMs: minuteMs,
      endedAtMs: null,
      value,
      price: close,
      peak: value,
      peakAtMs: minuteMs,
    });
    return { ...state, open };
  }

  #isResting(endedAtMs: number | null, minuteMs: number): boolean {
    return endedAtMs !== null && minuteMs < endedAtMs + this.#options.cooldownMs;
  }

  /** What is over leaves no trace, so that the states of two walks become the same again. */
  #rested(state: RuleState, minuteMs: number): RuleState {
    const { up, down } = state.endedAtMs;
    const still = (endedAtMs: number | null) => (this.#isResting(endedAtMs, minuteMs) ? endedAtMs : null);
    return up === null && down === null
      ? state
      : { ...state, endedAtMs: { up: still(up), down: still(down) } };
  }

  /** Keeps the latest of what is known of an anomaly. */
  #put(anomaly: Anomaly): Anomaly {
    const at = this.#anomalies.findLastIndex(
      ({ rule, startedAtMs }) => rule === anomaly.rule && startedAtMs === anomaly.startedAtMs,
    );
    if (at < 0) this.#anomalies.push(anomaly);
    else this.#anomalies[at] = anomaly;
    return anomaly;
  }
}

/** Whether two states lead on alike: the same anomalies are open, and the same cooldowns run. */
export function isSameCourse(one: DetectionState, other: DetectionState): boolean {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((name) => {
    const [a, b] = [one[name] ?? UNTOUCHED, other[name] ?? UNTOUCHED];
    return (
      a.open?.startedAtMs === b.open?.startedAtMs &&
      a.endedAtMs.up === b.endedAtMs.up &&
      a.endedAtMs.down === b.endedAtMs.down
    );
  });
}

const directionOf = (value: number): Direction => (value > 0 ? 'up' : 'down');

/** What a rule looks at; null where it can't be told. */
function ruleValue(
  { metric, windowMinutes }: AnomalyRule,
  windows: readonly WindowStatistics[],
): number | null {
  const window = windows.find((candidate) => candidate.windowMinutes === windowMinutes);
  if (window === undefined) throw new RangeError(`There are no statistics over ${windowMinutes} minutes`);
  if (metric === 'change') return window.change;
  return window.points < windowMinutes * MIN_COVERAGE ? null : window.zscore;
}

/** Finds the anomalies of a whole span; see `Detection`. */
export function detectAnomalies(
  minutes: Iterable<MinuteStatistics>,
  options: DetectionOptions,
  state: DetectionState = {},
): Detected {
  const detection = new Detection(state, options);
  for (const minute of minutes) detection.add(minute);
  return detection.result();
}
