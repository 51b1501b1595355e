import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { dayOf } from '../domain/day';
import { groupBy } from '../domain/group-by';
import type { RejectionReason, SourceQuote } from '../domain/quote';
import { hourOf } from '../domain/statistics-hour';
import { ArchiveError } from './archive-error';
import { SOURCE_QUOTE_COLUMNS } from './columns';
import { csvHeader } from './csv';
import { orUndefined } from './files';
import { LOG_HEADER, readLogLine } from './raw-log-file';
import { hourFolder } from './snapshot';

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
    const hours = groupBy(quotesIn(ticker, path, text, LOG_HEADER), ({ tickAtMs }) => hourOf(tickAtMs));
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

function quotesIn(ticker: string, path: string, text: string, header: string): ArchivedQuote[] {
  if (!text.startsWith(header))
    throw new ArchiveError('conflict', `${path} does not begin with ${header.trim()}`);
  const lines = text.slice(header.length).split('\n');
  // A line that is being written has no end yet.
  lines.pop();
  // A line of a snapshot is one of the log, but for the number before it.
  const number = header === LOG_HEADER ? '' : '0,';
  return lines.map((line, index) => {
    const said = readLogLine(number + line, ticker);
    if (said === undefined)
      throw new ArchiveError('conflict', `${path}, line ${index + 2}, is no source quote of this version`);
    const { source, price, reason } = said;
    const sourceTimeMs = said.source_time?.getTime() ?? null;
    const receivedAtMs = said.received_at.getTime();
    return {
      tickAtMs: said.tick_at.getTime(),
      quote: { source, ticker, price: Number(price), sourceTimeMs, receivedAtMs },
      reason,
    };
  });
}
