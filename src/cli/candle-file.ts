import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import type { ImportedCandle } from '../db/candle-import';
import { PriceError, toDecimal } from '../domain/price';
import { MINUTE_MS } from '../domain/statistics';
import { CommandError } from './command-error';

const COLUMNS = ['open_time', 'open', 'high', 'low', 'close', 'volume'];
const PRICES = ['open', 'high', 'low', 'close'] as const;
const PER_BATCH = 10_000;
/** Many times the longest line; what has none must not be read to its end. */
const LONGEST_LINE = 10_000;
const VOLUME = /^\d{1,30}(\.\d{1,30})?(e[+-]?\d{1,2})?$/i;

interface Line {
  record: string[];
  info: { lines: number };
}

/**
 * Reads the candles of a `.csv` or `.csv.gz` file with the header `open_time,open,high,low,close,volume`, the volume being
 * optional; some at a time, never the whole file.
 * @throws CommandError with the number of the first line that can't be taken, and what is allowed
 */
export async function* readCandleFile(file: string): AsyncGenerator<ImportedCandle[]> {
  const parser = parse({
    ...{ bom: true, info: true, skip_empty_lines: true, relax_column_count: true },
    max_record_size: LONGEST_LINE,
  });
  const source = createReadStream(file);
  const untold = () => {}; // The parser, which is read below, ends with the same error.
  if (file.endsWith('.gz')) pipeline(source, createGunzip(), parser, untold);
  else pipeline(source, parser, untold);
  let width: number | undefined;
  let lastMs = Number.NEGATIVE_INFINITY;
  let batch: ImportedCandle[] = [];
  try {
    for await (const { record, info } of parser as AsyncIterable<Line>) {
      const refuse = (was: string, allowed: string) =>
        new CommandError(`${file}, line ${info.lines}: ${was}; allowed: ${allowed}`);
      if (width === undefined) {
        width = headerWidth(record, refuse);
        continue;
      }
      if (record.length !== width) throw refuse(`${record.length} fields`, `${width}, as in the header`);
      const candle = readCandle(record, refuse);
      if (candle.minuteMs <= lastMs)
        throw refuse(`open_time is "${record[0]}"`, 'a later minute than in the line before');
      lastMs = candle.minuteMs;
      if (batch.push(candle) < PER_BATCH) continue;
      yield batch;
      batch = [];
    }
  } catch (error) {
    throw inOneLine(file, error);
  }
  if (width === undefined)
    throw new CommandError(`${file} is empty; allowed: the line ${COLUMNS.join(',')} and candles`);
  if (batch.length > 0) yield batch;
}

type Refuse = (was: string, allowed: string) => CommandError;

function headerWidth(header: string[], refuse: Refuse): number {
  const isIt = header.length >= 5 && header.join() === COLUMNS.slice(0, header.length).join();
  if (!isIt) throw refuse(`the header is "${header.join().slice(0, 100)}"`, COLUMNS.join(','));
  return header.length;
}

function readCandle(record: string[], refuse: Refuse): ImportedCandle {
  const [openTime = '', ...figures] = record;
  const minuteMs = /^\d{1,15}$/.test(openTime) ? Number(openTime) : Number.NaN;
  if (minuteMs % MINUTE_MS !== 0 || minuteMs + MINUTE_MS > Date.now())
    throw refuse(
      `open_time is "${openTime}"`,
      'the beginning of a minute that is over, in Unix milliseconds',
    );
  const [open = '', high = '', low = '', close = ''] = PRICES.map((name, n) =>
    readPrice(name, figures[n] ?? '', refuse),
  );
  const inner = [Number(open), Number(close)];
  if (Number(high) < Math.max(...inner) || Number(low) > Math.min(...inner))
    throw refuse(
      `high is "${figures[1]}" and low "${figures[2]}"`,
      'no price of the minute above its high or below its low',
    );
  const volume = figures[4] || null;
  if (volume !== null && !VOLUME.test(volume))
    throw refuse(`volume is "${volume}"`, 'a number from 0 on, or nothing');
  return { minuteMs, open, high, low, close, volume };
}

function readPrice(name: string, text: string, refuse: Refuse): string {
  try {
    return toDecimal(text);
  } catch (error) {
    if (!(error instanceof PriceError)) throw error;
    throw refuse(`${name} is "${text.slice(0, 100)}"`, 'a decimal number from 1e-12 to 1e15');
  }
}

/** What is wrong with the file, if that is what went wrong. */
function inOneLine(file: string, error: unknown): unknown {
  if (error instanceof CsvError)
    return new CommandError(`${file}, line ${error.lines}: it is no CSV; allowed: ${COLUMNS.join(',')}`);
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (code?.startsWith('Z_'))
    return new CommandError(`${file} can't be unpacked, or not to its end: ${message}`);
  if (syscall === 'open' || syscall === 'read') return new CommandError(`${file} can't be read: ${message}`);
  return error;
}
