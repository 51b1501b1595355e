import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ArchiveError } from './archive-error';
import { removeDrafts, sha256, sizeOf, syncFolder, writeWhole } from './files';
import {
  chainOf,
  HEAD,
  type Head,
  type Link,
  type Manifest,
  manifestText,
  readHead,
  readManifest,
  SCHEMA_VERSION,
} from './manifest';

const HEAD_MODE = 0o644;

/** A new link of a chain: a manifest, and the files that are to be written with it. */
export interface NewLink {
  /** The market's archive. */
  archive: string;
  /** The manifest's path within the archive; it says which chain it is. */
  path: string;
  manifest: Omit<Manifest, 'previous' | 'schema_version'>;
  /** The contents of the manifest's files; those that are left out are there already. */
  contents: Readonly<Record<string, string | Uint8Array>>;
}

/**
 * Adds a manifest with its files to a chain: all of it or, but for what `writing` in the head names, nothing. Who calls it
 * holds the archive's lock.
 * @throws ArchiveError `unwritable` (a full disk), after which it may be tried again, or `conflict` where files that no
 * manifest names are in the way
 */
export async function addLink({ archive, path, manifest, contents }: NewLink): Promise<void> {
  const headPath = join(archive, `${chainOf(path)}${HEAD}`);
  const head = await openHead(archive, chainOf(path));
  const folder = join(archive, dirname(path));
  const names = Object.keys(contents);
  for (const name of names) {
    if ((await sizeOf(join(folder, name))) !== undefined)
      throw new ArchiveError(
        'conflict',
        `${join(folder, name)} is there and no manifest names it; nothing was overwritten. ` +
          'See what `pricehook archive verify` says, and move it away',
      );
  }
  await writeHead(headPath, { ...head, writing: { manifest: path, files: names } });
  const text = manifestText({
    schema_version: SCHEMA_VERSION,
    ...manifest,
    previous: head.last,
  });
  await writeTogether(folder, { ...contents, [basename(path)]: text });
  await writeHead(headPath, { last: { manifest: path, sha256: sha256(text) }, writing: null });
}

/** Writes all of the files, the manifest last, or leaves none of them. */
async function writeTogether(
  folder: string,
  contents: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const written: string[] = [];
  try {
    for (const [name, content] of Object.entries(contents)) {
      await writeWhole(join(folder, name), content);
      written.push(name);
    }
  } catch (error) {
    for (const name of written) await rm(join(folder, name), { force: true });
    if (written.length > 0) await syncFolder(folder);
    throw error;
  }
}

const writeHead = (path: string, head: Head) =>
  writeWhole(path, `${JSON.stringify(head, null, 2)}\n`, HEAD_MODE);

/**
 * The head as it should be after a crash: a manifest that was written is the last one, whatever the head says, and where it
 * was not, the files that were to come with it go.
 */
async function openHead(archive: string, chain: string): Promise<Head> {
  const headPath = join(archive, `${chain}${HEAD}`);
  await removeDrafts(dirname(headPath), [basename(headPath)]);
  const { last, writing } = (await readHead(headPath)) ?? { last: null, writing: null };
  if (writing === null) return { last, writing };
  const finished = await linkTo(archive, writing.manifest, last);
  if (finished !== undefined) return { last: finished, writing: null };
  // What is removed was never archived.
  const isOurs = chainOf(writing.manifest) === chain;
  if (!isOurs || (await sizeOf(join(archive, writing.manifest))) !== undefined)
    throw new ArchiveError(
      'conflict',
      `${headPath} says that ${writing.manifest} is being written, which can't be; nothing was removed. ` +
        'See what `pricehook archive verify` says',
    );
  const folder = join(archive, dirname(writing.manifest));
  const { files } = writing;
  await removeDrafts(folder, [...files, basename(writing.manifest)]);
  for (const name of files) await rm(join(folder, name), { force: true });
  return { last, writing: null };
}

/** A link to a manifest, if there is one and it follows on `previous`. */
async function linkTo(archive: string, path: string, previous: Link | null): Promise<Link | undefined> {
  const found = await readManifest(join(archive, path));
  if (found === undefined || found.manifest.previous?.sha256 !== previous?.sha256) return undefined;
  return { manifest: path, sha256: found.sha256 };
}
