/**
 * How a metric's value moves with the price inside one minute: `rises` or `falls` with it, so that the minute's extremes have
 * values of their own, or is known at its `close` only.
 */
export type Course = 'rises' | 'falls' | 'close';

export interface MetricDefinition {
  /** What it is made of. */
  kind: 'price' | 'change' | 'zscore' | 'volatility' | 'drawdown' | 'ratio' | 'spread';
  /** How far it reaches back, in minutes; 0: it is of this moment. */
  windowMinutes: number;
  course: Course;
  unit: 'US dollars' | 'per cent' | 'standard deviations' | 'a fraction of two prices';
  /** In a sentence, for people. */
  meaning: string;
}

const change = (windowMinutes: number, span: string): MetricDefinition => ({
  kind: 'change',
  windowMinutes,
  course: 'rises',
  unit: 'per cent',
  meaning: `The change against the price ${span} ago`,
});

const zscore = (windowMinutes: number, span: string): MetricDefinition => ({
  kind: 'zscore',
  windowMinutes,
  course: 'rises',
  unit: 'standard deviations',
  meaning: `How far the price lies from its mean of the last ${span}`,
});

/** All that an alert can be a threshold on, by its name. Another metric is another row. */
export const METRICS = {
  price: { kind: 'price', windowMinutes: 0, course: 'rises', unit: 'US dollars', meaning: 'The price' },
  change_5m: change(5, '5 minutes'),
  change_15m: change(15, '15 minutes'),
  change_1h: change(60, 'an hour'),
  change_4h: change(240, '4 hours'),
  change_24h: change(1_440, '24 hours'),
  change_7d: change(10_080, '7 days'),
  zscore_1h: zscore(60, 'hour'),
  zscore_24h: zscore(1_440, '24 hours'),
  volatility_24h: {
    kind: 'volatility',
    windowMinutes: 1_440,
    course: 'close',
    unit: 'per cent',
    meaning: 'The realised volatility of the last 24 hours, not annualised',
  },
  drawdown_24h: {
    kind: 'drawdown',
    windowMinutes: 1_440,
    course: 'falls',
    unit: 'per cent',
    meaning: 'How far the price lies below the high of the last 24 hours',
  },
  ratio: {
    kind: 'ratio',
    windowMinutes: 0,
    course: 'close',
    unit: 'a fraction of two prices',
    meaning: 'The price of one ticker in another one, such as ETH/BTC',
  },
  spread: {
    kind: 'spread',
    windowMinutes: 0,
    course: 'close',
    unit: 'per cent',
    meaning: 'How far the sources lie apart',
  },
} as const satisfies Record<string, MetricDefinition>;

export type Metric = keyof typeof METRICS;

export const METRIC_NAMES = Object.keys(METRICS) as [Metric, ...Metric[]];

/** What a metric is made of. */
export function definitionOf(metric: Metric): MetricDefinition {
  return METRICS[metric];
}

/** The two tickers of a ratio such as `ETH/BTC`; undefined where it is a single ticker. */
export function pairOf(ticker: string): { base: string; quote: string } | undefined {
  const [base, quote] = ticker.split('/');
  return base && quote ? { base, quote } : undefined;
}
