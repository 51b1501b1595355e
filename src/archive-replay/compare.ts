import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { namesIn, orUndefined, sha256 } from '../archive/files';
import { MANIFEST, readManifest } from '../archive/manifest';
import { lastRevision } from '../archive/revision';
import { hourFolder } from '../archive/snapshot';

/** A file that is not the same in the archive and in the replay. */
export interface Difference {
  /** Within the market's archive. */
  file: string;
  /** In words. */
  detail: string;
}

export interface Comparison {
  /** How many of the archive's files there were to be compared with. */
  compared: number;
  /** How many files the replay has written. */
  written: number;
  differences: Difference[];
}

/** What an hour's processed files of a ticker are; `other-minutes` are read, not made. */
const PARTS = ['minutes', 'hour', 'anomalies'];
const ENDINGS = ['csv', 'parquet'];

/**
 * Compares what a replay has written of an hour of one ticker with what the archive has of it, byte by byte: with the last
 * revision, where there are any. Nothing is compared where the archive has nothing.
 * @param archive the market's archive
 * @param out where the replay has written the same
 */
export async function compareHour(
  archive: string,
  out: string,
  ticker: string,
  hourMs: number,
): Promise<Comparison> {
  const folder = hourFolder('processed', hourMs);
  const archived = new Set(await namesIn(join(archive, folder)));
  const replayed = new Set(await namesIn(join(out, folder)));
  const comparison: Comparison = { compared: 0, written: 0, differences: [] };
  for (const part of PARTS) {
    const name = `${ticker}.${part}`;
    const last = await lastRevision(archive, folder, name);
    const isNone = await hasNoRows(join(archive, folder, `${last}.csv`));
    for (const ending of ENDINGS) {
      const [then, now] = [posix.join(folder, `${last}.${ending}`), posix.join(folder, `${name}.${ending}`)];
      if (replayed.has(posix.basename(now))) comparison.written += 1;
      if (archived.has(posix.basename(then))) comparison.compared += 1;
      // A revision that takes rows back for good has none; a replay writes no such file.
      if (isNone && !replayed.has(posix.basename(now))) continue;
      const detail = await difference(join(archive, then), join(out, now));
      if (detail !== undefined) comparison.differences.push({ file: then, detail });
    }
  }
  return comparison.compared === 0 ? { ...comparison, differences: [] } : comparison;
}

/** Whether a table has a header and nothing else. */
async function hasNoRows(csv: string): Promise<boolean> {
  return (await orUndefined(readFile(csv, 'utf8')))?.trimEnd().includes('\n') === false;
}

async function difference(archived: string, replayed: string): Promise<string | undefined> {
  const then = await orUndefined(readFile(archived));
  const now = await orUndefined(readFile(replayed));
  if (then === undefined && now === undefined) return undefined;
  if (then === undefined) return 'the replay has it, the archive has not';
  if (now === undefined) return 'the archive has it, the replay has not';
  if (then.equals(now)) return undefined;
  if (await isAsManifestSays(archived, now))
    return 'it was changed since it was archived: what the replay has is what its manifest says';
  if (!archived.endsWith('.csv'))
    return `it has ${then.length} bytes, the replay's ${now.length}, or other ones`;
  const lines = now.toString().split('\n');
  const at = then
    .toString()
    .split('\n')
    .findIndex((line, index) => line !== lines[index]);
  return `it is another one from line ${(at < 0 ? lines.length : at) + 1} on`;
}

async function isAsManifestSays(archived: string, now: Buffer): Promise<boolean> {
  const name = posix.basename(archived);
  // One that is damaged says nothing; `pricehook archive verify` tells of it.
  const found = await readManifest(archived.replace(/\.(csv|parquet)$/, MANIFEST)).catch(() => undefined);
  return found?.manifest.files.find((file) => file.name === name)?.sha256 === sha256(now);
}
