import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { dayOf } from '../domain/day';
import type { RejectionReason, SourceName, SourceQuote } from '../domain/quote';
import { ArchiveError } from './archive-error';
import { SOURCE_QUOTE_COLUMNS } from './columns';
import { csvHeader } from './csv';
import { orUndefined } from './files';
import { LOG_HEADER } from './raw-log-file';
import { HOUR_MS, hourFolder } from './snapshot';

/** What a source said, and what became of it, as the archive has it. */
export interface ArchivedQuote {
  tickAtMs: number;
  quote: SourceQuote;
  /** Null for an accepted one. */
  reason: RejectionReason | null;
}

/** Reads the source quotes of a market's archive, an hour of a ticker at a time. */
export interface QuoteReader {
  /**
   * From the hour's snapshot; where there is none yet, from the raw log. In the order of ticks; nothing where no source said
   * anything.
   * @param hourMs when the hour begins, Unix milliseconds
   * @throws ArchiveError naming the file and the line that is no source quote
   */
  hour(ticker: string, hourMs: number): Promise<ArchivedQuote[]>;
  /** The hours of a raw log, by when they begin, in the order of publication; none where there is no such file. */
  log(ticker: string, path: string): Promise<ReadonlyMap<number, ArchivedQuote[]>>;
}

/** @param archive the market's archive */
export function openQuotes(archive: string): QuoteReader {
  /** By path, today's log and that of the day which was read last: hours are asked for one after the other. */
  const logs = new Map<string, Map<number, ArchivedQuote[]>>();

  async function log(ticker: string, path: string): Promise<Map<number, ArchivedQuote[]>> {
    const read = logs.get(path);
    if (read !== undefined) return read;
    const text = await orUndefined(readFile(join(archive, path), 'utf8'));
    if (text === undefined) return new Map();
    for (const other of logs.keys()) if (isClosedLog(ticker, other)) logs.delete(other);
    const hours = byHour(quotesIn(ticker, path, text, LOG_HEADER));
    logs.set(path, hours);
    return hours;
  }

  return {
    log,
    async hour(ticker, hourMs) {
      const path = snapshotPath(ticker, hourMs);
      const text = await orUndefined(readFile(join(archive, path), 'utf8'));
      if (text === undefined) {
        for (const logPath of rawLogPaths(ticker, hourMs)) {
          const found = (await log(ticker, logPath)).get(hourMs);
          if (found !== undefined) return found;
        }
        return [];
      }
      return quotesIn(ticker, path, text, csvHeader(SOURCE_QUOTE_COLUMNS));
    },
  };
}

/** Where the final snapshot of an hour is. */
export const snapshotPath = (ticker: string, hourMs: number): string =>
  posix.join(hourFolder('snapshots', hourMs), `${ticker}.csv`);

/** Where the raw log has an hour: in the file of its day, or in today's. */
export const rawLogPaths = (ticker: string, hourMs: number): string[] => [
  `raw/${ticker}.${dayOf(hourMs)}.csv`,
  `raw/${ticker}.csv`,
];

const isClosedLog = (ticker: string, path: string) => path.startsWith(`raw/${ticker}.2`);

const LINE =
  /^(?:\d+,)?(\d{4}-\d\d-\d\dT[\d:.]+Z),(\d{4}-\d\d-\d\dT[\d:.]+Z)?,(\d{4}-\d\d-\d\dT[\d:.]+Z),([a-z]+),([\d.]+),(?:true,|false,([a-z_]+))$/;

function quotesIn(ticker: string, path: string, text: string, header: string): ArchivedQuote[] {
  if (!text.startsWith(header))
    throw new ArchiveError('conflict', `${path} does not begin with ${header.trim()}`);
  const lines = text.slice(header.length).split('\n');
  // A line that is being written has no end yet.
  lines.pop();
  return lines.map((line, index) => {
    const [, tickAt, sourceTime, receivedAt, source, price, reason] = LINE.exec(line) ?? [];
    if (tickAt === undefined)
      throw new ArchiveError('conflict', `${path}, line ${index + 2}, is no source quote of this version`);
    return {
      tickAtMs: Date.parse(tickAt),
      quote: {
        ...{ ticker, source: source as SourceName, price: Number(price) },
        sourceTimeMs: sourceTime === undefined ? null : Date.parse(sourceTime),
        receivedAtMs: Date.parse(receivedAt as string),
      },
      reason: (reason as RejectionReason | undefined) ?? null,
    };
  });
}

/** Stable: ticks that were published in their order stay so. */
function byHour(quotes: readonly ArchivedQuote[]): Map<number, ArchivedQuote[]> {
  const hours = new Map<number, ArchivedQuote[]>();
  for (const quote of quotes) {
    const hourMs = Math.floor(quote.tickAtMs / HOUR_MS) * HOUR_MS;
    const hour = hours.get(hourMs);
    if (hour === undefined) hours.set(hourMs, [quote]);
    else hour.push(quote);
  }
  return hours;
}
