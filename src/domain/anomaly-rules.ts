import { windowName } from './statistics-names';

/** What can be called anomalous: the change over a window in per cent, or the z-score within one. */
export const ANOMALY_METRICS = ['change', 'zscore'] as const;
export type AnomalyMetric = (typeof ANOMALY_METRICS)[number];

/** A rule as it is configured. */
export interface RuleSetting {
  /** For this ticker only; null: for all that have no rule of their own. */
  ticker: string | null;
  metric: AnomalyMetric;
  windowMinutes: number;
  /** The absolute value beyond which it is an anomaly; null: never. */
  threshold: number | null;
}

/** A rule as it holds for one ticker. */
export interface AnomalyRule {
  /** `change_1h` */
  name: string;
  metric: AnomalyMetric;
  windowMinutes: number;
  threshold: number;
}

/** What a rule is called, whatever its threshold: `change_1h`, `zscore_24h`. */
export function ruleName({ metric, windowMinutes }: Pick<RuleSetting, 'metric' | 'windowMinutes'>): string {
  return `${metric}_${windowName(windowMinutes)}`;
}

/** A rule as it is written in `ANOMALY_RULES`. */
export function ruleText(rule: RuleSetting): string {
  const ticker = rule.ticker === null ? '' : `${rule.ticker}:`;
  return `${ticker}${ruleName(rule)}>${rule.threshold ?? 'off'}`;
}

/** The rules that hold for a ticker: its own in place of those for all. */
export function rulesFor(settings: readonly RuleSetting[], ticker: string): AnomalyRule[] {
  const own = settings.filter((setting) => setting.ticker === ticker);
  const replaced = new Set(own.map(ruleName));
  const common = settings.filter((setting) => setting.ticker === null && !replaced.has(ruleName(setting)));
  return [...common, ...own].flatMap(({ metric, windowMinutes, threshold }) =>
    threshold === null
      ? []
      : [{ name: ruleName({ metric, windowMinutes }), metric, windowMinutes, threshold }],
  );
}
