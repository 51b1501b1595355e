import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const stackSchema = z.object({
  pid: z.number(),
  databaseUrl: z.string(),
  temporalAddress: z.string(),
  temporalNamespace: z.string(),
  temporalUiUrl: z.string().optional(),
  /** The codec server, where payloads are encrypted. */
  codecUrl: z.string().optional(),
  /** The `temporal` program that runs the embedded server. */
  temporalCli: z.string().optional(),
  apiUrl: z.string(),
  market: z.enum(['live', 'replay']),
  /** The stand-in exchanges' addresses; empty when the market is live. */
  baseUrls: z.record(z.string(), z.string()),
});

/** Where the parts of a running `npm start` are. */
export type StackFile = z.infer<typeof stackSchema>;

const path = (dataDir: string) => join(dataDir, 'stack.json');

/** What runs on a data directory, or undefined when nothing was ever started there. */
export function readStackFile(dataDir: string): StackFile | undefined {
  let text: string;
  try {
    text = readFileSync(path(dataDir), 'utf8');
  } catch {
    return undefined;
  }
  return stackSchema.parse(JSON.parse(text));
}

/** Says where the parts of this stack are; readable by its owner only, since it holds the database's password. */
export function writeStackFile(dataDir: string, stack: StackFile): void {
  replaceFile(path(dataDir), `${JSON.stringify(stack, null, 2)}\n`);
}

/** Forgets a stack that no longer runs. */
export function removeStackFile(dataDir: string): void {
  rmSync(path(dataDir), { force: true });
}

/**
 * Writes a file that only its owner may read, in one step: whoever reads it finds the old or the new text, never half
 * of it.
 */
export function replaceFile(file: string, text: string): void {
  // A name that nobody can guess, and that must be new: otherwise a link laid there would lead the text elsewhere.
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
