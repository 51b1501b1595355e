import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { unwritable } from './archive-error';

export const READ_ONLY = 0o444;
const DRAFT = '.draft';

/**
 * Writes a file in one step: whoever looks finds all of it or none, also after a crash. Replaces what is there; who writes
 * what must never be replaced looks before.
 * @throws ArchiveError saying why it could not be written; nothing is left behind
 */
export async function writeWhole(path: string, data: string | Uint8Array, mode = READ_ONLY): Promise<void> {
  const folder = dirname(path);
  const draft = join(folder, `.${basename(path)}.${randomBytes(4).toString('hex')}${DRAFT}`);
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(draft, 'wx', 0o644);
    try {
      await file.writeFile(data);
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(draft, { force: true });
    throw unwritable(path, error);
  }
}

/** Makes sure that a folder remembers its files' names through a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what a process that was killed in the middle of `writeWhole` has left of these files. */
export async function removeDrafts(folder: string, names: readonly string[]): Promise<void> {
  for (const entry of await namesIn(folder)) {
    if (entry.endsWith(DRAFT) && names.some((name) => entry.startsWith(`.${name}.`)))
      await rm(join(folder, entry), { force: true });
  }
}

export const isDraft = (name: string): boolean => name.startsWith('.') && name.endsWith(DRAFT);

/** What a folder holds, in order; nothing where there is none. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await orUndefined(readdir(folder)))?.sort() ?? [];
}

/** The size of a file in bytes; undefined where there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  return (await orUndefined(stat(path)))?.size;
}

/** Far more than a manifest or a head has. */
const MOST_SMALL_BYTES = 1_048_576;

/**
 * The text of a small file; undefined where there is none.
 * @throws where it is a link, a device or the like, which may lead anywhere or never end, or larger than 1 MiB
 */
export async function readSmall(path: string): Promise<string | undefined> {
  const found = await orUndefined(lstat(path));
  if (found === undefined) return undefined;
  if (!found.isFile()) throw new Error('it is no plain file');
  if (found.size > MOST_SMALL_BYTES) throw new Error(`it has ${found.size} bytes`);
  return await orUndefined(readFile(path, 'utf8'));
}

/** What a look at a file answers; undefined where there is no such file. */
export async function orUndefined<T>(look: Promise<T>): Promise<T | undefined> {
  try {
    return await look;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** SHA-256 in hexadecimal. */
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** SHA-256 of a file that may be large. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}
