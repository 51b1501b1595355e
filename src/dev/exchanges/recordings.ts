import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Candle, Recording } from './price-path';

const FOLDER = resolve(__dirname, '../../../data/recorded/2021-05');
const HEADER = 'open_time,open,high,low,close';
const MINUTE_MS = 60_000;

/** When the first minute of `readFortnight` begins; all tickers have the same minutes. Unix milliseconds. */
export const FORTNIGHT_STARTS_AT_MS = Date.UTC(2021, 4, 1);
/** When the first minute of `readRecording` begins; all tickers have the same minutes. Unix milliseconds. */
export const RECORDING_STARTS_AT_MS = Date.UTC(2021, 4, 5);
/**
 * The minute that the replay market begins with: BTC has just fallen by 5 % within an hour, and falls as much again in the next
 * three minutes. Something has happened, and something happens. Unix milliseconds.
 */
export const REPLAY_STARTS_AT_MS = Date.UTC(2021, 4, 13);

const recordings = new Map<string, Recording | null>();

/** What the replay market plays of one ticker: a week before its start, and nearly two days after; null where there is none of it. */
export function readRecording(ticker: string): Recording | null {
  const known = recordings.get(ticker);
  if (known !== undefined) return known;
  const csv = readCsv(ticker);
  const from = (RECORDING_STARTS_AT_MS - FORTNIGHT_STARTS_AT_MS) / MINUTE_MS;
  const recording = csv === null ? null : parseRecording(csv, from);
  recordings.set(ticker, recording);
  return recording;
}

/** All recorded minutes of one ticker, none missing, as shipped in `data/recorded`; null where there are none. */
export function readFortnight(ticker: string): Recording | null {
  const csv = readCsv(ticker);
  return csv === null ? null : parseRecording(csv);
}

function readCsv(ticker: string): string | null {
  const file = resolve(FOLDER, `${ticker}USDT-1m.csv.gz`);
  return existsSync(file) ? gunzipSync(readFileSync(file)).toString() : null;
}

/**
 * Reads `open_time,open,high,low,close` lines, all of them or those from a place on.
 * @throws Error where the header is another one, or there are no rows
 */
export function parseRecording(csv: string, from = 0): Recording {
  const [header, ...lines] = csv.trim().split('\n');
  const chosen = lines.slice(from);
  if (header !== HEADER || chosen.length === 0)
    throw new Error(`A recording begins with the line ${HEADER}, then rows`);
  let decimals = 0;
  const candles = chosen.map((line): Candle => {
    const prices = line.split(',').slice(1);
    for (const price of prices) decimals = Math.max(decimals, price.split('.')[1]?.length ?? 0);
    const [open = 0, high = 0, low = 0, close = 0] = prices.map(Number);
    return { open, high, low, close };
  });
  return { candles, decimals };
}
