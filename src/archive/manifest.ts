import { posix } from 'node:path';
import { z } from 'zod';
import { readSmall, sha256 } from './files';

/** The form of manifests and of the files that they describe; a change that readers must know of raises it. */
export const SCHEMA_VERSION = 1;
export const MANIFEST = '.manifest.json';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
/** A name without a folder, and a manifest's path that stays within the archive: what they name is read, and removed. */
const fileName = z.string().regex(/^[A-Za-z0-9][\w.-]*$/);
const manifestPath = z.string().regex(/^[\w-]+(?:\/[\w=-]+)*\/[A-Za-z0-9][\w.-]*\.manifest\.json$/);
const linkSchema = z.object({ manifest: manifestPath, sha256: hash });

const manifestSchema = z.object({
  schema_version: z.literal(SCHEMA_VERSION),
  columns: z.array(
    z.object({
      name: z.string(),
      type: z.enum(['time', 'text', 'decimal', 'double', 'integer', 'boolean']),
      unit: z.string().optional(),
      nullable: z.boolean().optional(),
    }),
  ),
  rows: z.number().int().nonnegative(),
  /** Of the first column that is a time; null where there are no rows. */
  first_time: z.string().nullable(),
  last_time: z.string().nullable(),
  /** Names beside the manifest. */
  files: z.array(z.object({ name: fileName, bytes: z.number().int(), sha256: hash })).min(1),
  /** Of a revision: the manifest that it takes the place of. */
  revises: linkSchema.optional(),
  /** The manifest that was written before this one of the same chain; null for the first. */
  previous: linkSchema.nullable(),
});

export type Manifest = z.infer<typeof manifestSchema>;
/** A manifest by its path within the archive of its market, and the SHA-256 of its bytes. */
export type Link = z.infer<typeof linkSchema>;

/** A manifest's bytes; the same manifest always gives the same. */
export const manifestText = (manifest: Manifest): string => `${JSON.stringify(manifest, null, 2)}\n`;

/**
 * Reads a manifest; undefined where there is none.
 * @throws where it is none of ours, or was damaged
 */
export async function readManifest(
  path: string,
): Promise<{ manifest: Manifest; sha256: string } | undefined> {
  const text = await readSmall(path);
  if (text === undefined) return undefined;
  return { manifest: manifestSchema.parse(JSON.parse(text)), sha256: sha256(text) };
}

const headSchema = z.object({
  /** The last manifest of the chain; null before the first. */
  last: linkSchema.nullable(),
  /** The manifest that was being written, and the files with it, by name; they count only once it is there. */
  writing: z
    .object({ manifest: manifestPath, files: z.array(fileName) })
    .refine(({ manifest, files }) => {
      const stem = posix.basename(manifest, MANIFEST);
      return files.every((name) => name.slice(0, name.lastIndexOf('.')) === stem);
    }, 'It names files of others')
    .nullable(),
});

/** The chain that a manifest or a head belongs to, such as `snapshots/BTC`: its kind and what stands before the first dot. */
export function chainOf(path: string): string {
  return `${path.split('/')[0]}/${posix.basename(path).split('.')[0]}`;
}

/** Where a chain ends. The only file of a chain that changes. */
export type Head = z.infer<typeof headSchema>;
export const HEAD = '.head.json';

/** Reads a chain's head; undefined where the chain has not begun. */
export async function readHead(path: string): Promise<Head | undefined> {
  const text = await readSmall(path);
  return text === undefined ? undefined : headSchema.parse(JSON.parse(text));
}
