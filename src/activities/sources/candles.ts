import type { Dispatcher } from 'undici';
import type { Config } from '../../config';
import type { SourceName } from '../../domain/quote';
import type { CandleSource } from './candle-source';
import { createBinanceCandles } from './candles-binance';
import { createCoinbaseCandles } from './candles-coinbase';
import { createKrakenCandles } from './candles-kraken';
import { symbolsOf } from './index';
import type { SourceDeps } from './source';

/** A reply of so many minutes takes longer than one price. */
const TIMEOUT_MS = 10_000;

const CREATE: Partial<Record<SourceName, (deps: SourceDeps) => CandleSource>> = {
  binance: createBinanceCandles,
  coinbase: createCoinbaseCandles,
  kraken: createKrakenCandles,
};

/** Those of the configured sources that can be asked for past minutes. */
export function createCandleSources(
  config: Config,
  options: { dispatcher?: Dispatcher } = {},
): CandleSource[] {
  return config.sources.flatMap((name) => {
    const symbols = symbolsOf(config.symbols, name);
    const create = CREATE[name];
    if (create === undefined || Object.keys(symbols).length === 0) return [];
    return [create({ baseUrl: config.baseUrls[name], symbols, timeoutMs: TIMEOUT_MS, ...options })];
  });
}
