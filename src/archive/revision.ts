import { join, posix } from 'node:path';
import { ArchiveError } from './archive-error';
import { toCsv } from './csv';
import { sha256 } from './files';
import { type Link, MANIFEST, readManifest } from './manifest';
import { lastNumber, numbered } from './numbered';
import { type Partition, type WrittenPartition, writePartition } from './partition';

/**
 * Writes rows that may turn out otherwise later: the first time under their name, and whenever they are others than those that
 * were archived last, as its next revision (`BTC.minutes.revision-001`), whose manifest names the one that it takes the place
 * of. Nothing is overwritten, and the same rows again are nothing new. Who calls it holds the archive's lock.
 * @param archive the market's archive
 * @returns undefined where there are no rows, and never were
 * @throws ArchiveError (see `writePartition`)
 */
export async function writeRevisable(
  archive: string,
  partition: Partition,
): Promise<WrittenPartition | undefined> {
  const { folder, name, columns, rows } = partition;
  const number = await lastNumber(archive, folder, name, 'revision');
  const lastName = numbered(name, 'revision', number);
  const path = `${posix.join(folder, lastName)}${MANIFEST}`;
  const last = await readManifest(join(archive, path)).catch((error: unknown) => {
    const message = `${path} can't be read; see \`pricehook archive verify\``;
    throw new ArchiveError('conflict', message, { cause: error });
  });
  if (last === undefined && rows.length === 0) return undefined;
  if (last === undefined) return await writePartition(archive, partition);
  const lastHash = last.manifest.files.find((file) => file.name === `${lastName}.csv`)?.sha256;
  if (lastHash === sha256(toCsv(columns, rows)))
    return await writePartition(archive, { ...partition, name: lastName });
  const revises: Link = { manifest: path, sha256: last.sha256 };
  const next = { ...partition, name: numbered(name, 'revision', number + 1), revises };
  return { ...(await writePartition(archive, next)), revision: number + 1 };
}

/** The name of what stands now for a partition of a folder: of its last revision, or the partition's own. */
export async function lastRevision(archive: string, folder: string, name: string): Promise<string> {
  return numbered(name, 'revision', await lastNumber(archive, folder, name, 'revision'));
}

/** A path without the number of its revision. */
export const unrevised = (path: string): string => path.replace(/\.revision-\d+(?=\.)/, '');

/** The path of the manifest that a revision must take the place of; undefined where a path is none of a revision. */
export function revisedBy(path: string): string | undefined {
  const match = /^(.*)\.revision-(\d+)\.manifest\.json$/.exec(path);
  if (match === null) return undefined;
  return `${numbered(match[1] as string, 'revision', Number(match[2]) - 1)}${MANIFEST}`;
}
