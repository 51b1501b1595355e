import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Candle, Recording } from './price-path';

const FOLDER = resolve(__dirname, '../../../data/recorded/2021-05');
const HEADER = 'open_time,open,high,low,close';
const MINUTE_MS = 60_000;

/** When the first minute of `readFortnight` begins; all tickers have the same minutes. Unix milliseconds. */
export const FORTNIGHT_STARTS_AT_MS = Date.UTC(2021, 4, 1);
/** The day on which BTC fell by 11 % within an hour: something happens in the replay market. */
const DAY = { from: (Date.UTC(2021, 4, 12, 12) - FORTNIGHT_STARTS_AT_MS) / MINUTE_MS, minutes: 1440 };

/** The recorded day of one ticker that the replay market plays; null where there is none of that ticker. */
export function readRecording(ticker: string): Recording | null {
  const csv = readCsv(ticker);
  return csv === null ? null : parseRecording(csv, DAY);
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
 * Reads `open_time,open,high,low,close` lines, all of them or a cut.
 * @throws Error where the header is another one, or there are no rows
 */
export function parseRecording(csv: string, cut?: { from: number; minutes: number }): Recording {
  const [header, ...lines] = csv.trim().split('\n');
  const chosen = cut ? lines.slice(cut.from, cut.from + cut.minutes) : lines;
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
