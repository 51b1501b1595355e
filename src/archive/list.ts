import { join, posix } from 'node:path';
import type { Market } from '../domain/quote';
import { sizeOf } from './files';
import { MANIFEST, readManifest } from './manifest';
import { archivedMarkets, filesUnder, KINDS } from './walk';

/** One entry of the archive: a manifest with its files, or the raw log of today, which has none yet. */
export interface ArchiveEntry {
  market: Market;
  /** Within the market's archive, without an ending, such as `snapshots/date=2026-11-21/hour=03/BTC`. */
  name: string;
  rows: number | null;
  first_time: string | null;
  last_time: string | null;
  bytes: number;
  /** The name of the entry that it takes the place of; null where it is no revision. */
  revises: string | null;
}

/**
 * What the archive holds, in the order of names.
 * @throws for a manifest that can't be read
 */
export async function listArchive(folder: string): Promise<ArchiveEntry[]> {
  const entries: ArchiveEntry[] = [];
  for (const market of await archivedMarkets(folder)) {
    const archive = join(folder, market);
    for (const kind of KINDS) {
      for (const path of await filesUnder(archive, kind)) {
        const entry = await entryOf(archive, path);
        if (entry !== undefined) entries.push({ market, ...entry });
      }
    }
  }
  return entries;
}

async function entryOf(archive: string, path: string): Promise<Omit<ArchiveEntry, 'market'> | undefined> {
  const isOpenLog = /^raw\/[^./]+\.csv$/.test(path);
  if (isOpenLog) {
    const bytes = (await sizeOf(join(archive, path))) ?? 0;
    return {
      name: posix.join('raw', posix.basename(path, '.csv')),
      rows: null,
      first_time: null,
      last_time: null,
      bytes,
      revises: null,
    };
  }
  if (!path.endsWith(MANIFEST)) return undefined;
  const found = await readManifest(join(archive, path));
  if (found === undefined) return undefined;
  const { rows, first_time, last_time, files, revises } = found.manifest;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return {
    ...{ name: path.slice(0, -MANIFEST.length), rows, first_time, last_time, bytes },
    revises: revises?.manifest.slice(0, -MANIFEST.length) ?? null,
  };
}
