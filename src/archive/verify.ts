import { lstat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Market } from '../domain/quote';
import { isDraft, orUndefined, sha256OfFile } from './files';
import {
  chainOf,
  HEAD,
  type Head,
  type Link,
  MANIFEST,
  type Manifest,
  readHead,
  readManifest,
} from './manifest';
import { revisedBy } from './revision';
import { archivedMarkets, filesUnder, KINDS } from './walk';

/** What is wrong with a file. `broken_chain`: the manifest does not follow on the one that it should. */
export type ProblemKind = 'missing' | 'truncated' | 'changed' | 'broken_chain' | 'unreadable' | 'unknown';

export interface Problem {
  market: Market;
  /** Within the market's archive. */
  path: string;
  problem: ProblemKind;
  /** In words. */
  detail: string;
}

export interface Verification {
  manifests: number;
  files: number;
  problems: Problem[];
}

/** Part of an archive: all manifests are read still, since they are a chain, but of the files only these. */
export interface ArchivePart {
  market: Market;
  /** Whether a path within the market's archive belongs to it. */
  has(path: string): boolean;
}

/**
 * Holds every file of an archive, or those of a part, against its manifest, and every manifest against its chain. Changes
 * nothing.
 */
export async function verifyArchive(folder: string, part?: ArchivePart): Promise<Verification> {
  const result: Verification = { manifests: 0, files: 0, problems: [] };
  const isIn = part?.has ?? (() => true);
  for (const market of part ? [part.market] : await archivedMarkets(folder)) {
    await verifyMarket(join(folder, market), result, isIn, (path, problem, detail) => {
      if (isIn(path)) result.problems.push({ market, path, problem, detail });
    });
  }
  return result;
}

type Complain = (path: string, problem: ProblemKind, detail: string) => void;

/** Without its columns: a year of an archive has some 200,000 manifests. */
interface Found {
  manifest: Pick<Manifest, 'files' | 'previous' | 'revises'>;
  sha256: string;
}

async function verifyMarket(
  archive: string,
  result: Verification,
  isIn: (path: string) => boolean,
  complain: Complain,
): Promise<void> {
  const paths = (await Promise.all(KINDS.map((kind) => filesUnder(archive, kind)))).flat();
  const manifests = new Map<string, Found>();
  const heads = new Map<string, Head>();
  const unreadable = new Set<string>();
  for (const path of paths) {
    try {
      if (path.endsWith(MANIFEST)) {
        const { manifest, sha256 } = (await readManifest(join(archive, path))) as Found;
        const { files, previous, revises } = manifest;
        manifests.set(path, { manifest: { files, previous, revises }, sha256 });
      }
      if (path.endsWith(HEAD)) heads.set(chainOf(path), (await readHead(join(archive, path))) as Head);
    } catch (error) {
      unreadable.add(path);
      complain(
        path,
        'unreadable',
        `it is no manifest of this version: ${(error as Error).message.split('\n')[0]}`,
      );
    }
  }
  const named = new Set<string>();
  for (const [path, { manifest }] of manifests) {
    result.manifests += 1;
    verifyRevision(path, manifest, complain);
    for (const file of manifest.files) {
      const at = posix.join(posix.dirname(path), file.name);
      named.add(at);
      if (!isIn(at)) continue;
      result.files += 1;
      await verifyFile(archive, at, file, complain);
    }
  }
  const chains = new Set([...[...manifests.keys()].map(chainOf), ...heads.keys()]);
  for (const chain of [...chains].sort()) {
    const own = new Map([...manifests].filter(([path]) => chainOf(path) === chain));
    verifyChain(`${chain}${HEAD}`, own, unreadable, heads.get(chain), complain);
  }
  complainOfUnknown(paths, named, heads, complain);
}

async function verifyFile(
  archive: string,
  path: string,
  { bytes, sha256 }: Manifest['files'][number],
  complain: Complain,
): Promise<void> {
  // A link may lead out of the archive, and a device may have no end.
  const found = await orUndefined(lstat(join(archive, path)));
  const size = found?.size;
  if (size === undefined) complain(path, 'missing', 'its manifest names it, and it is not there');
  else if (!found?.isFile()) complain(path, 'changed', 'it is no plain file');
  else if (size < bytes) complain(path, 'truncated', `it has ${size} of ${bytes} bytes`);
  else if (size > bytes) complain(path, 'changed', `it has ${size} bytes instead of ${bytes}`);
  else if ((await sha256OfFile(join(archive, path))) !== sha256)
    complain(path, 'changed', 'its SHA-256 is not that of its manifest');
}

/** A revision takes the place of the one before it; whether that is there and unchanged is for the chain to say. */
function verifyRevision(path: string, { revises }: Found['manifest'], complain: Complain): void {
  const revised = revisedBy(path);
  if (revises?.manifest !== revised)
    complain(path, 'broken_chain', `it should name ${revised ?? 'nothing'} as what it takes the place of`);
}

/**
 * Every manifest is followed by one other, or by the head. Where one is gone, that of before it is followed by none: the gap is
 * told once, and not for all that comes before it.
 */
function verifyChain(
  headPath: string,
  manifests: ReadonlyMap<string, Found>,
  unreadable: ReadonlySet<string>,
  head: Head | undefined,
  complain: Complain,
): void {
  let gaps = 0;
  const followed = new Set<string>();
  const follow = (from: string, link: Link | null) => {
    if (link === null) return;
    followed.add(link.manifest);
    const found = manifests.get(link.manifest);
    if (found === undefined) gaps += 1;
    if (found === undefined && !unreadable.has(link.manifest))
      complain(link.manifest, 'missing', `${from} follows on it`);
    if (found !== undefined && found.sha256 !== link.sha256)
      complain(link.manifest, 'changed', `${from} knows it with another SHA-256`);
  };
  if (head?.writing && `${chainOf(head.writing.manifest)}${HEAD}` !== headPath)
    complain(headPath, 'broken_chain', `it says that ${head.writing.manifest} is being written`);
  if (head === undefined) {
    gaps += 1;
    if (!unreadable.has(headPath))
      complain(headPath, 'missing', 'it tells which manifest is the last of its chain');
  } else follow(headPath, lastOf(head, manifests));
  for (const [path, { manifest }] of manifests) follow(path, manifest.previous);
  const loose = [...manifests.keys()].filter((path) => !followed.has(path));
  for (const path of loose.slice(gaps)) complain(path, 'broken_chain', 'no later manifest follows on it');
}

/** A process may have been killed after it wrote a manifest and before it said so in the head. */
function lastOf({ last, writing }: Head, manifests: ReadonlyMap<string, Found>): Link | null {
  const written = writing && manifests.get(writing.manifest);
  if (!writing || !written || written.manifest.previous?.sha256 !== last?.sha256) return last;
  return { manifest: writing.manifest, sha256: written.sha256 };
}

/** Files that no manifest names; but for the log of today, and for what a process that was killed is to write again. */
function complainOfUnknown(
  paths: readonly string[],
  named: ReadonlySet<string>,
  heads: ReadonlyMap<string, Head>,
  complain: Complain,
): void {
  const unfinished = new Set(
    [...heads.values()].flatMap(({ writing }) =>
      (writing?.files ?? []).map((name) => posix.join(posix.dirname(writing?.manifest ?? ''), name)),
    ),
  );
  for (const path of paths) {
    if (named.has(path) || unfinished.has(path) || path.endsWith(MANIFEST) || path.endsWith(HEAD)) continue;
    if (isDraft(posix.basename(path)) || /^raw\/[^./]+\.csv$/.test(path)) continue;
    complain(path, 'unknown', 'no manifest names it');
  }
}
