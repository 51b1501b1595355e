import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findPip } from '../../../src/dev/pip';
import { CACHE_DIR } from '../../../src/dev/project';

const PANDAS = 'pandas==2.3.3';

/**
 * Runs a Python script of this folder with pandas, which is installed into the project's cache at the first run.
 * @returns what it printed
 * @throws Error where there is no Python 3 with pip, or the script fails
 */
export async function runWithPandas(script: string, args: string[]): Promise<Buffer> {
  const pip = await findPip();
  if (pip === undefined || pip[1] !== '-m')
    throw new Error('There is no Python 3 with pip on the PATH: nothing can be compared with pandas');
  const python = pip[0] as string;
  const env = { ...process.env, PYTHONPATH: pandasFor(python, pip) };
  return execFileSync(python, [join(__dirname, script), ...args], { env, maxBuffer: 2 ** 28 });
}

/** Wheels are for one version of Python. */
function pandasFor(python: string, pip: string[]): string {
  const tag = 'import sys; print(sys.implementation.cache_tag, end="")';
  const folder = join(CACHE_DIR, 'pandas', `${PANDAS}-${execFileSync(python, ['-c', tag])}`);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${randomBytes(4).toString('hex')}`;
  mkdirSync(draft, { recursive: true });
  try {
    const install = ['install', '--quiet', '--no-input', '--disable-pip-version-check'];
    // What pip says of other packages on this machine is of no interest; why it failed is in the error.
    execFileSync(python, [...pip.slice(1), ...install, '--target', draft, PANDAS], { stdio: 'pipe' });
    if (!existsSync(folder)) renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}
