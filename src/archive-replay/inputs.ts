import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { hourOfPath, otherMinutesPath } from '../archive/archived-hours';
import { openQuotes, rawLogPaths, snapshotPath } from '../archive/archived-quotes';
import { namesIn, orUndefined, sizeOf } from '../archive/files';
import { HEAD, MANIFEST, readManifest } from '../archive/manifest';
import { unrevised } from '../archive/numbered';
import { LOG_HEADER } from '../archive/raw-log-file';
import { type Problem, verifyArchive } from '../archive/verify';
import { filesUnder } from '../archive/walk';
import type { Market } from '../domain/quote';
import { HOUR_MS, hourOf } from '../domain/statistics-hour';
import type { TimeSpan } from '../domain/statistics-span';

/** The tickers that a market's archive has anything of, in order. */
export async function archivedTickers(archive: string): Promise<string[]> {
  const paths = [
    ...(await filesUnder(archive, 'raw')),
    ...(await filesUnder(archive, 'snapshots')),
    ...(await filesUnder(archive, 'processed')),
  ];
  const tickers = paths.map((path) => /^([A-Z0-9]{1,12})\./.exec(posix.basename(path))?.[1]);
  return [...new Set(tickers.filter((ticker) => ticker !== undefined))].sort();
}

/**
 * Holds everything that a replay reads against its manifests.
 * @param looked the hours whose quotes are read, those that the windows reach back to included
 * @param span the hours that are replayed
 * @returns what is not as it was written, and what no manifest names and would be read; other files that nobody knows are none
 * of the archive's
 */
export async function wrongInputs(
  folder: string,
  market: Market,
  { tickers, looked, span }: { tickers: readonly string[]; looked: TimeSpan; span: TimeSpan },
): Promise<Problem[]> {
  const wanted = new Set<string>();
  for (const ticker of tickers) {
    for (let hourMs = hourOf(looked.fromMs); hourMs < looked.toMs; hourMs += HOUR_MS)
      for (const path of [snapshotPath(ticker, hourMs), ...rawLogPaths(ticker, hourMs)]) wanted.add(path);
    for (let { fromMs: hourMs } = span; hourMs < span.toMs; hourMs += HOUR_MS)
      wanted.add(otherMinutesPath(ticker, hourMs));
  }
  const isEventsBefore = (path: string) => path.endsWith('.anomalies.csv') && hourOfPath(path) < span.fromMs;
  const isInput = (path: string) => wanted.has(path) || isEventsBefore(path);
  // What lies beside an input is the same data: a changed one is told of, too.
  const has = (path: string) =>
    path.endsWith(HEAD) || isInput(unrevised(path).replace(/(\.manifest\.json|\.parquet)$/, '.csv'));
  const { problems } = await verifyArchive(folder, { market, has });
  const wrong = problems.filter(({ path, problem }) => problem !== 'unknown' || isInput(path));
  if (wrong.length > 0) return wrong;
  return await wrongOpenLogs(join(folder, market), market, tickers, looked);
}

/** The log of today has no manifest yet, but snapshots that have one: what it says of their hours, they say, too. */
async function wrongOpenLogs(
  archive: string,
  market: Market,
  tickers: readonly string[],
  looked: TimeSpan,
): Promise<Problem[]> {
  const wrong: Problem[] = [];
  const reader = openQuotes(archive);
  for (const ticker of tickers) {
    const path = `raw/${ticker}.csv`;
    const hours = await reader.log(ticker, path);
    const lastMs = Math.max(...hours.keys());
    for (const [hourMs, logged] of hours) {
      if (hourMs < hourOf(looked.fromMs) || hourMs >= looked.toMs) continue;
      if ((await sizeOf(join(archive, snapshotPath(ticker, hourMs)))) === undefined) continue;
      const snapshot = await reader.hour(ticker, hourMs);
      const known = new Set(snapshot.map((quote) => JSON.stringify(quote)));
      // The log may be behind, but not in the middle.
      const isWhole = logged.length === snapshot.length || hourMs === lastMs;
      if (isWhole && logged.every((quote) => known.has(JSON.stringify(quote)))) continue;
      const detail = `of the hour of ${new Date(hourMs).toISOString()} it says other than the hour's snapshot`;
      wrong.push({ market, path, problem: 'changed', detail });
    }
  }
  return wrong;
}

/** When the first tick of a market's archive was, Unix milliseconds; undefined where there is none. */
export async function firstArchivedTick(
  archive: string,
  tickers: readonly string[],
): Promise<number | undefined> {
  const firsts: number[] = [];
  const names = await namesIn(join(archive, 'raw'));
  for (const ticker of tickers) {
    const name = names.find((candidate) => candidate.startsWith(`${ticker}.`) && candidate.endsWith('.csv'));
    if (name === undefined) continue;
    const path = join(archive, 'raw', name);
    const sealed = await readManifest(path.replace(/\.csv$/, MANIFEST));
    const first = sealed?.manifest.first_time ?? (await firstLoggedTick(path));
    if (first !== undefined) firsts.push(Date.parse(first));
  }
  return firsts.length === 0 ? undefined : Math.min(...firsts);
}

async function firstLoggedTick(path: string): Promise<string | undefined> {
  const text = (await orUndefined(readFile(path, 'utf8'))) ?? '';
  return text.slice(LOG_HEADER.length).split(',', 2)[1];
}
