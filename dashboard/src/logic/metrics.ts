import type { Metric } from '../api/types';

interface MetricWords {
  /** In a sentence, behind its ticker: `BTC change in 1 h above 5 %`; nothing of the price. */
  name: string;
  /** In a list, to choose from. */
  choice: string;
  /** Behind a figure; nothing of prices. */
  sign: '' | '%' | 'σ';
  /** What a threshold is given in. */
  unit: string;
}

const change = (span: string): MetricWords => ({
  name: `change in ${span}`,
  choice: `change in ${span}`,
  sign: '%',
  unit: 'per cent',
});
const zscore = (span: string): MetricWords => ({
  name: `distance from its ${span} mean`,
  choice: `distance from the mean of ${span}`,
  sign: 'σ',
  unit: 'standard deviations',
});

/** How what alerts are thresholds on is called here. */
export const METRICS: Record<Metric, MetricWords> = {
  price: { name: '', choice: 'price', sign: '', unit: 'US dollars' },
  change_5m: change('5 min'),
  change_15m: change('15 min'),
  change_1h: change('1 h'),
  change_4h: change('4 h'),
  change_24h: change('24 h'),
  change_7d: change('7 d'),
  zscore_1h: zscore('1 h'),
  zscore_24h: zscore('24 h'),
  volatility_24h: { name: '24 h volatility', choice: 'volatility of 24 h', sign: '%', unit: 'per cent' },
  drawdown_24h: {
    name: 'drop from its 24 h high',
    choice: 'drop from the high of 24 h',
    sign: '%',
    unit: 'per cent',
  },
  ratio: { name: '', choice: 'price in another one', sign: '', unit: 'the other one' },
  spread: { name: 'spread of its sources', choice: 'spread of the sources', sign: '%', unit: 'per cent' },
};
