import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Candle, Recording } from './price-path';

const FOLDER = resolve(__dirname, '../../../data/replay');
const HEADER = 'open_time,open,high,low,close';

/** The recorded day of one ticker, as shipped in `data/replay`; null where there is none of that ticker. */
export function readRecording(ticker: string): Recording | null {
  const file = resolve(FOLDER, `${ticker}USDT-1m.csv.gz`);
  return existsSync(file) ? parseRecording(gunzipSync(readFileSync(file)).toString()) : null;
}

/**
 * Reads `open_time,open,high,low,close` lines.
 * @throws Error where the header is another one, or the file has no rows
 */
export function parseRecording(csv: string): Recording {
  const [header, ...lines] = csv.trim().split('\n');
  if (header !== HEADER || lines.length === 0)
    throw new Error(`A recording begins with the line ${HEADER}, then rows`);
  const rows = lines.map((line) => line.split(',').slice(1));
  const decimals = Math.max(...rows.flat().map((price) => price.split('.')[1]?.length ?? 0));
  const candles = rows.map((prices): Candle => {
    const [open = 0, high = 0, low = 0, close = 0] = prices.map(Number);
    return { open, high, low, close };
  });
  return { candles, decimals };
}
