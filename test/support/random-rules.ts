import { type ActiveHours, WEEKDAYS } from '../../src/domain/active-hours';
import { definitionOf, type Metric } from '../../src/domain/metrics';
import { RANGE_CONDITIONS, type Rule, type RuleCondition } from '../../src/domain/rule';

const MINUTE_MS = 60_000;
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'];

/** Choices of a seeded generator. */
export class Choices {
  constructor(readonly random: () => number) {}

  chance(share: number): boolean {
    return this.random() < share;
  }

  of<T>(all: readonly T[]): T {
    return all[Math.floor(this.random() * all.length)] as T;
  }

  whole(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }
}

/**
 * A rule on a metric that has had these values, so that something happens.
 * @param mayTouch whether a bound may be one of them
 */
export function randomRule(
  choices: Choices,
  { metric, condition }: { metric: Metric; condition: RuleCondition },
  values: readonly number[],
  mayTouch: boolean,
): Rule {
  const sorted = [...values].sort((a, b) => a - b);
  const width = (sorted.at(Math.floor(sorted.length * 0.9)) as number) - (sorted[0] as number);
  const bound = () => {
    const value = choices.of(sorted);
    return mayTouch && choices.chance(0.5) ? value : value + (choices.random() - 0.5) * 0.02 * width;
  };
  const first = bound();
  const second = choices.chance(0.5) ? bound() : first + choices.random() * 0.2 * width;
  const range = [Math.min(first, second), Math.max(first, second) + 1e-9 * Math.abs(second)] as const;
  const isChange = definitionOf(metric).kind === 'change';
  return {
    metric,
    condition,
    bounds: RANGE_CONDITIONS.has(condition) ? range : [first],
    forMs: choices.chance(0.4) ? choices.whole(1, 20) * MINUTE_MS : 0,
    repeat: choices.chance(0.2)
      ? null
      : {
          everyMs: choices.of([1, 1, 7, 60, 300]) * MINUTE_MS,
          maxFirings: choices.chance(0.3) ? choices.whole(1, 6) : null,
          rearm: choices.chance(0.5) ? choices.of([0, choices.random() * 0.3 * width]) : null,
          rebase: isChange && choices.chance(0.5),
        },
    activeHours: choices.chance(0.25) ? randomHours(choices) : null,
    tellsEnd: true,
  };
}

/** Hours of the day on some of the days. */
export function randomHours(choices: Choices): ActiveHours {
  const days = WEEKDAYS.filter(() => choices.chance(0.7));
  return {
    fromMinute: choices.whole(0, 1_439),
    toMinute: choices.whole(0, 1_439),
    days: days.length > 0 ? days : ['sun'],
    timeZone: choices.of(ZONES),
  };
}
