import type { Config } from './config';
import type { QualityInput } from './domain/quality';

/** What the rules of data quality are held with. */
export type QualitySettings = Pick<
  QualityInput,
  'tickers' | 'sources' | 'tickMs' | 'slowMs' | 'maxDeviation' | 'minSources'
>;

/** What this configuration says of data quality. */
export const qualitySettings = (config: Config): QualitySettings => ({
  ...{ tickers: config.tickers, sources: config.sources },
  ...{ tickMs: config.ingestIntervalMs, slowMs: { coingecko: config.coingecko.intervalMs } },
  ...{ maxDeviation: config.maxDeviation, minSources: config.minSources },
});
