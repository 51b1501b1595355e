import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { StoredSourceQuote } from '../db/source-quotes';
import { HOUR_MS, hourOf } from '../domain/statistics-hour';
import { ArchiveError } from './archive-error';
import { namesIn, orUndefined, sha256 } from './files';
import { MANIFEST, type Manifest, readManifest } from './manifest';
import { closedLogs, LOG_HEADER, readLogLine } from './raw-log-file';

/** What a ticker's raw log has of an hour. */
export interface LoggedHour {
  /** In the order in which PostgreSQL gives them (`readSourceQuotes`). */
  quotes: StoredSourceQuote[];
  /** The log's first tick, Unix milliseconds; `Infinity` where it has none. */
  firstMs: number;
}

/**
 * Reads what a ticker's raw log has of an hour.
 * @param archive the market's archive
 * @throws ArchiveError `lost` where a file that has quotes of the hour, by its manifest, is gone or is not what it was
 */
export async function readLoggedHour(archive: string, ticker: string, hourMs: number): Promise<LoggedHour> {
  const names = () => logNames(join(archive, 'raw'), ticker);
  for (;;) {
    const before = await names();
    const hour = await readFrom(archive, ticker, before, hourMs);
    // A day that was closed meanwhile may have been looked for under either name.
    if ((await names()).join() === before.join()) return hour;
  }
}

async function readFrom(
  archive: string,
  ticker: string,
  names: readonly string[],
  hourMs: number,
): Promise<LoggedHour> {
  const span = { from: new Date(hourMs).toISOString(), to: new Date(hourMs + HOUR_MS).toISOString() };
  const quotes: StoredSourceQuote[] = [];
  let firstMs = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const sealed = await readManifest(join(archive, 'raw', name.replace(/\.csv$/, MANIFEST)));
    if (sealed !== undefined && !hasAnyOf(sealed.manifest, span)) {
      firstMs = Math.min(firstMs, Date.parse(sealed.manifest.first_time ?? span.to));
      continue;
    }
    for (const quote of await readLog(archive, name, ticker, sealed?.manifest)) {
      firstMs = Math.min(firstMs, quote.tick_at.getTime());
      if (hourOf(quote.tick_at.getTime()) === hourMs) quotes.push(quote);
    }
  }
  return { quotes: quotes.sort(asInPostgres), firstMs };
}

/** The tickers that there is a raw log of, in order. */
export async function loggedTickers(archive: string): Promise<string[]> {
  const names = await namesIn(join(archive, 'raw'));
  return [...new Set(names.flatMap((name) => /^(\w+)\..*csv$/.exec(name)?.[1] ?? []))];
}

/** The files of days that are over, those too that only a manifest tells of, and the one that is being written. */
async function logNames(folder: string, ticker: string): Promise<string[]> {
  const sealed = (await namesIn(folder))
    .filter((name) => name.startsWith(`${ticker}.`) && name.endsWith(MANIFEST))
    .map((name) => name.replace(MANIFEST, '.csv'));
  return [...new Set([...sealed, ...(await closedLogs(folder, ticker))])].sort().concat(`${ticker}.csv`);
}

const hasAnyOf = ({ first_time, last_time }: Manifest, { from, to }: { from: string; to: string }) =>
  first_time !== null && last_time !== null && first_time < to && last_time >= from;

async function readLog(
  archive: string,
  name: string,
  ticker: string,
  manifest: Manifest | undefined,
): Promise<StoredSourceQuote[]> {
  const path = posix.join('raw', name);
  const text = await orUndefined(readFile(join(archive, path), 'utf8'));
  if (text === undefined && manifest === undefined) return [];
  const whole = manifest?.files.find((file) => file.name === name);
  if (text === undefined || (whole !== undefined && sha256(text) !== whole.sha256)) {
    const what = text === undefined ? 'is gone' : 'is not what was archived';
    throw new ArchiveError('lost', `${path} ${what}; see \`pricehook archive verify\``);
  }
  // What follows the last line feed is being written.
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines
    .filter((line) => line !== '' && `${line}\n` !== LOG_HEADER)
    .map((line) => {
      const quote = readLogLine(line, ticker);
      if (quote === undefined)
        throw new ArchiveError('lost', `${path} has a line that is none: ${line.slice(0, 100)}`);
      return quote;
    });
}

function asInPostgres(a: StoredSourceQuote, b: StoredSourceQuote): number {
  return (
    a.tick_at.getTime() - b.tick_at.getTime() ||
    (a.source < b.source ? -1 : a.source > b.source ? 1 : Number(BigInt(a.seq) - BigInt(b.seq)))
  );
}
