import type { SymbolTable } from '../../config';
import type { SourceName } from '../../domain/quote';
import type { View } from './formats/exchange';
import { priceAt } from './price-path';
import { readRecording } from './recordings';

/** Far enough from the others that a service must notice: 20 % above the replayed price. */
const WRONG_BY = 1.2;

/** What a source sees of the replay now; `isWrong` moves all its prices 20 % off. */
export type Replay = (source: SourceName, isWrong: boolean) => View;

/** A ticker's price in US dollars, so many milliseconds after the start; null for one that is listed nowhere. */
export type Prices = (ticker: string, elapsedMs: number) => { price: number; decimals: number } | null;

/** The recorded day of each ticker, from its first minute on. */
export function recordedPrices(symbols: SymbolTable): Prices {
  const recordings = new Map(Object.keys(symbols).map((ticker) => [ticker, readRecording(ticker)]));
  return (ticker, elapsedMs) => {
    const recording = recordings.get(ticker);
    return recording ? { price: priceAt(recording, elapsedMs), decimals: recording.decimals } : null;
  };
}

/** Plays prices, beginning now. `now` is in Unix milliseconds. */
export function startReplay(symbols: SymbolTable, now: () => number, prices: Prices): Replay {
  const startedAtMs = now();
  return (source, isWrong) => {
    const nowMs = now();
    const tickers = new Map(
      Object.entries(symbols).flatMap(([ticker, names]) => {
        const symbol = names[source];
        return symbol === undefined || !prices(ticker, 0) ? [] : [[symbol, ticker] as const];
      }),
    );
    const priceOf = (symbol: string) => {
      const quoted = prices(tickers.get(symbol) ?? '', nowMs - startedAtMs);
      return quoted && (isWrong ? quoted.price * WRONG_BY : quoted.price).toFixed(quoted.decimals);
    };
    return { priceOf, symbols: [...tickers.keys()], nowMs };
  };
}
