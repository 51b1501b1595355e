import { join, posix } from 'node:path';
import { ArchiveError } from './archive-error';
import { addLink } from './chain';
import type { Column, Row } from './columns';
import { toCsv } from './csv';
import { sha256, sha256OfFile, sizeOf } from './files';
import { type Link, MANIFEST, type Manifest, readManifest } from './manifest';
import { toParquet } from './parquet';

export interface Partition {
  /** Within the market's archive, such as `processed/date=2026-11-21/hour=03`; its first part is the kind of the data. */
  folder: string;
  /** The files' name without an ending, such as `BTC` or `BTC.partial-001`: up to its first dot, the ticker. */
  name: string;
  columns: readonly Column[];
  rows: readonly Row[];
  /** Of a revision: what it takes the place of. */
  revises?: Link;
}

export interface WrittenPartition {
  /** Paths within the market's archive. */
  manifest: string;
  files: string[];
  rows: number;
  /** False where the very same was archived before. */
  isNew: boolean;
  /** The number of a revision that was written now. */
  revision?: number;
}

/**
 * Writes rows as `<name>.csv` and `<name>.parquet` with `<name>.manifest.json`, which continues the chain of its kind and
 * ticker: all three or none, read-only afterwards. Rows that are archived already are not written again. Who calls it
 * holds the archive's lock (`withArchiveLock`).
 * @param archive the market's archive
 * @throws ArchiveError `conflict` where other rows were archived under the name before: nothing is ever overwritten;
 * `unwritable` where the disk is full or the like, after which nothing half-written is left
 */
export async function writePartition(archive: string, partition: Partition): Promise<WrittenPartition> {
  const { folder, name, columns, rows, revises } = partition;
  const path = `${posix.join(folder, name)}${MANIFEST}`;
  const csv = toCsv(columns, rows);
  const files = [`${name}.csv`, `${name}.parquet`];
  const written = { manifest: path, files: files.map((file) => posix.join(folder, file)), rows: rows.length };
  if (await isArchived(archive, path, `${name}.csv`, csv)) return { ...written, isNew: false };
  const contents = { [`${name}.csv`]: csv, [`${name}.parquet`]: toParquet(columns, rows) };
  await addLink({
    archive,
    path,
    manifest: {
      columns: [...columns],
      rows: rows.length,
      ...timesOf(columns, rows),
      files: Object.entries(contents).map(([file, content]) => ({
        name: file,
        bytes: Buffer.byteLength(content),
        sha256: sha256(content),
      })),
      ...(revises && { revises }),
    },
    contents,
  });
  return { ...written, isNew: true };
}

/** A partition that is archived; undefined where there is none. */
export async function findPartition(
  archive: string,
  folder: string,
  name: string,
): Promise<WrittenPartition | undefined> {
  const path = `${posix.join(folder, name)}${MANIFEST}`;
  const found = await readManifest(join(archive, path));
  if (found === undefined) return undefined;
  const files = found.manifest.files.map((file) => posix.join(folder, file.name));
  return { manifest: path, files, rows: found.manifest.rows, isNew: false };
}

/**
 * The CSV file decides: it is written the same for good, while a newer Parquet library may write the same rows otherwise.
 * @throws ArchiveError where something else is archived, or what was archived is no longer what it was
 */
async function isArchived(archive: string, path: string, csvName: string, csv: string): Promise<boolean> {
  const found = await readManifest(join(archive, path)).catch((error: unknown) => {
    throw new ArchiveError('conflict', `${path} can't be read; see \`pricehook archive verify\``, {
      cause: error,
    });
  });
  if (found === undefined) return false;
  const { files, rows } = found.manifest;
  if (files.find(({ name }) => name === csvName)?.sha256 !== sha256(csv)) {
    const now = csv.split('\n').length - 2;
    throw new ArchiveError(
      'conflict',
      `${path} is archived with ${rows} rows that are not the ${now} of now; nothing was overwritten`,
    );
  }
  for (const file of files) {
    const at = join(archive, posix.dirname(path), file.name);
    if ((await sizeOf(at)) !== file.bytes || (await sha256OfFile(at)) !== file.sha256)
      throw new ArchiveError('conflict', `${at} is not what was archived; see \`pricehook archive verify\``);
  }
  return true;
}

function timesOf(
  columns: readonly Column[],
  rows: readonly Row[],
): Pick<Manifest, 'first_time' | 'last_time'> {
  const column = columns.find(({ type }) => type === 'time')?.name;
  // As text they sort by time.
  const times = rows
    .map((row) => row[column ?? ''])
    .filter((time) => time instanceof Date)
    .map((time) => time.toISOString())
    .sort();
  return { first_time: times[0] ?? null, last_time: times.at(-1) ?? null };
}
