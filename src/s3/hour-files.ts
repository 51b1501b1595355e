import { readdir, realpath } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { MARKETS, type Market } from '../domain/quote';

/** What an hour's partition can be of. */
const KINDS = ['snapshots', 'processed'] as const;
export const HOUR_MS = 3_600_000;

/** The partition of an hour within a market's archive: `date=2026-11-21/hour=03`. */
function partitionOf(hourMs: number): string {
  const hour = new Date(hourMs).toISOString();
  return `date=${hour.slice(0, 10)}/hour=${hour.slice(11, 13)}`;
}

/**
 * The files of an hour's partitions, as paths below the archive's folder with forward slashes, such as
 * `live/snapshots/date=2026-11-21/hour=03/BTC.csv`; none where nothing is archived. Links are none: they may lead anywhere.
 * @param folder `DATA_DIR/archive`
 * @param hourMs the hour's beginning (UTC), Unix milliseconds
 */
export async function hourFiles(folder: string, market: Market, hourMs: number): Promise<string[]> {
  const files: string[] = [];
  for (const kind of KINDS) {
    const partition = posix.join(market, kind, partitionOf(hourMs));
    const names = await plainNamesIn(join(folder, market, kind), partitionOf(hourMs));
    // What begins with a dot is being written.
    files.push(...names.filter((name) => !name.startsWith('.')).map((name) => posix.join(partition, name)));
  }
  return files;
}

/**
 * The hours from `fromMs` up to but not with `toMs` that anything is archived of, in order, with their markets.
 * @param folder `DATA_DIR/archive`
 */
export async function archivedHours(
  folder: string,
  fromMs: number,
  toMs: number,
): Promise<{ market: Market; hourMs: number }[]> {
  const found = new Map<string, { market: Market; hourMs: number }>();
  for (const market of MARKETS) {
    for (const kind of KINDS) {
      for (const date of await namesIn(join(folder, market, kind))) {
        for (const hour of await namesIn(join(folder, market, kind, date))) {
          const hourMs = Date.parse(`${date.replace('date=', '')}T${hour.replace('hour=', '')}:00:00Z`);
          if (hourMs >= fromMs && hourMs < toMs) found.set(`${market} ${hourMs}`, { market, hourMs });
        }
      }
    }
  }
  return [...found.values()].sort((a, b) => a.hourMs - b.hourMs || a.market.localeCompare(b.market));
}

/** The names of the plain files in a folder below another one, in order; none where a link leads there. */
async function plainNamesIn(root: string, folder: string): Promise<string[]> {
  const path = join(root, folder);
  return await orNone(async () => {
    if ((await realpath(path)) !== join(await realpath(root), folder)) return [];
    const entries = await readdir(path, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isFile() ? entry.name : [])).sort();
  });
}

/** In order; none where there is no such folder. */
async function namesIn(folder: string): Promise<string[]> {
  return await orNone(async () => (await readdir(folder)).sort());
}

async function orNone(read: () => Promise<string[]>): Promise<string[]> {
  try {
    return await read();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
