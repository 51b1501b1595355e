import type { SymbolTable } from '../../config';
import type { SourceName } from '../../domain/quote';
import type { ReplayedMinute, View } from './formats/exchange';
import { priceAt as recordedPriceAt } from './price-path';
import { RECORDING_STARTS_AT_MS, REPLAY_STARTS_AT_MS, readRecording } from './recordings';

/** Far enough from the others that a service must notice: 20 % above the replayed price. */
const WRONG_BY = 1.2;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** What a source sees of the replay now; `isWrong` moves all its prices 20 % off. */
export type Replay = (source: SourceName, isWrong: boolean) => View;

/**
 * A ticker's price in US dollars, so many milliseconds after the start, or before it where that is negative; null for one that is
 * listed nowhere, or had none then.
 */
export type Prices = (ticker: string, elapsedMs: number) => { price: number; decimals: number } | null;

/** Each ticker's recording, in which the start is `REPLAY_STARTS_AT_MS`; before its first minute there was no price. */
export function recordedPrices(symbols: SymbolTable): Prices {
  const recordings = new Map(Object.keys(symbols).map((ticker) => [ticker, readRecording(ticker)]));
  return (ticker, elapsedMs) => {
    const recording = recordings.get(ticker);
    const atMs = REPLAY_STARTS_AT_MS - RECORDING_STARTS_AT_MS + elapsedMs;
    return recording && atMs >= 0
      ? { price: recordedPriceAt(recording, atMs), decimals: recording.decimals }
      : null;
  };
}

/** Plays prices from a start on. Times are in Unix milliseconds. */
export function startReplay(
  symbols: SymbolTable,
  now: () => number,
  prices: Prices,
  startedAtMs = now(),
): Replay {
  return (source, isWrong) => {
    const nowMs = now();
    const tickers = new Map(
      Object.entries(symbols).flatMap(([ticker, names]) => {
        const symbol = names[source];
        return symbol === undefined || !prices(ticker, 0) ? [] : [[symbol, ticker] as const];
      }),
    );
    const priceAt = (symbol: string, atMs: number) => {
      const quoted = prices(tickers.get(symbol) ?? '', atMs - startedAtMs);
      return quoted && (isWrong ? quoted.price * WRONG_BY : quoted.price).toFixed(quoted.decimals);
    };
    const minutesOf = (symbol: string, fromMs: number, toMs: number) => {
      if (!tickers.has(symbol)) return null;
      const minutes: ReplayedMinute[] = [];
      const firstMs = Math.ceil(fromMs / MINUTE_MS) * MINUTE_MS;
      for (let minuteMs = firstMs; minuteMs <= Math.min(toMs, nowMs); minuteMs += MINUTE_MS) {
        const endMs = Math.min(minuteMs + MINUTE_MS - 1, nowMs);
        const path = timesBetween(minuteMs, endMs, startedAtMs).map((atMs) => priceAt(symbol, atMs));
        const known = path.filter((price) => price !== null);
        const [open, close] = [known[0], known.at(-1)];
        if (open === undefined || close === undefined || known.length < path.length) continue;
        const sorted = [...known].sort((a, b) => Number(a) - Number(b));
        minutes.push({ minuteMs, open, high: sorted.at(-1) as string, low: sorted[0] as string, close });
      }
      return minutes;
    };
    return { priceOf: (symbol) => priceAt(symbol, nowMs), minutesOf, symbols: [...tickers.keys()], nowMs };
  };
}

/** Both ends, and every full second since the start between them: a recorded minute turns at such ones only. */
function timesBetween(fromMs: number, toMs: number, startedAtMs: number): number[] {
  const times = [fromMs];
  const first = fromMs + SECOND_MS - ((((fromMs - startedAtMs) % SECOND_MS) + SECOND_MS) % SECOND_MS);
  for (let atMs = first; atMs < toMs; atMs += SECOND_MS) times.push(atMs);
  return [...times, toMs];
}
