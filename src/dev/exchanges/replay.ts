import type { SymbolTable } from '../../config';
import type { SourceName } from '../../domain/quote';
import type { View } from './formats/exchange';
import { priceAt } from './price-path';
import { readRecording } from './recordings';

/** Far enough from the others that a service must notice: 20 % above the replayed price. */
const WRONG_BY = 1.2;

/** What a source sees of the replay now; `isWrong` moves all its prices 20 % off. */
export type Replay = (source: SourceName, isWrong: boolean) => View;

/**
 * The recorded day, played from its first minute on, beginning now. A ticker without a recording is listed nowhere.
 * `now` is in Unix milliseconds.
 */
export function startReplay(symbols: SymbolTable, now: () => number): Replay {
  const startedAtMs = now();
  const recordings = new Map(Object.keys(symbols).map((ticker) => [ticker, readRecording(ticker)]));
  return (source, isWrong) => {
    const nowMs = now();
    const tickers = new Map(
      Object.entries(symbols).flatMap(([ticker, names]) => {
        const symbol = names[source];
        return symbol === undefined || !recordings.get(ticker) ? [] : [[symbol, ticker] as const];
      }),
    );
    const priceOf = (symbol: string) => {
      const recording = recordings.get(tickers.get(symbol) ?? '');
      if (!recording) return null;
      const price = priceAt(recording, nowMs - startedAtMs);
      return (isWrong ? price * WRONG_BY : price).toFixed(recording.decimals);
    };
    return { priceOf, symbols: [...tickers.keys()], nowMs };
  };
}
