import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const stackSchema = z.object({
  pid: z.number(),
  databaseUrl: z.string(),
  temporalAddress: z.string(),
  temporalNamespace: z.string(),
  temporalUiUrl: z.string().optional(),
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
  const draft = `${path(dataDir)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(stack, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path(dataDir));
}

/** Forgets a stack that no longer runs. */
export function removeStackFile(dataDir: string): void {
  rmSync(path(dataDir), { force: true });
}
