import type { Dispatcher } from 'undici';
import type { Config, SymbolTable } from '../../config';
import type { SourceName } from '../../domain/quote';
import { createBinance } from './binance';
import { createBybit } from './bybit';
import { createCoinbase } from './coinbase';
import { createCoinGecko } from './coingecko';
import { createKraken } from './kraken';
import { createOkx } from './okx';
import type { Source, SourceDeps } from './source';

export type { Source } from './source';

const CREATE: Record<SourceName, (deps: SourceDeps) => Source> = {
  binance: createBinance,
  coingecko: createCoinGecko,
  coinbase: createCoinbase,
  kraken: createKraken,
  okx: createOkx,
  bybit: createBybit,
};

/**
 * The configured sources, each for the tickers that it lists; a source that lists none of them is left out.
 * Keep them as long as the process lives: they remember which symbols turned out unknown.
 */
export function createSources(
  config: Config,
  options: { dispatcher?: Dispatcher; now?: () => number } = {},
): Source[] {
  return config.sources.flatMap((name) => {
    const symbols = symbolsOf(config.symbols, name);
    if (Object.keys(symbols).length === 0) return [];
    const apiKey = name === 'coingecko' ? config.coingecko.apiKey : undefined;
    return [CREATE[name]({ baseUrl: config.baseUrls[name], symbols, apiKey, ...options })];
  });
}

/** Whether any source gives at least one quote within `timeoutMs`; true as soon as the first one does. */
export async function anySourceAnswers(
  sources: Source[],
  tickers: string[],
  timeoutMs: number,
): Promise<boolean> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  try {
    return await Promise.any(
      sources.map(async (source) => {
        const { quotes } = await source.fetch(tickers, stop.signal);
        if (quotes.length === 0) throw new Error(`${source.name} gave no quote`);
        return true;
      }),
    );
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}

/** What a source calls each ticker that it lists. */
export function symbolsOf(table: SymbolTable, source: SourceName): Record<string, string> {
  const entries = Object.entries(table).map(([ticker, symbols]) => [ticker, symbols[source]] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
