import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findPip } from '../../src/dev/pip';
import { CACHE_DIR } from '../../src/dev/project';

/**
 * Runs Python with packages, which are installed into the project's cache at the first run.
 * @param wanted what pip is to install, such as `pandas==2.3.3` or `-r` and a file's path
 * @param of what a change of which makes another installation: the packages themselves, where they are not in a file
 * @returns what it printed
 * @throws Error where there is no Python 3 with pip, or the script fails
 */
export async function runPython(
  { wanted, of = wanted.join(' ') }: { wanted: string[]; of?: string },
  args: string[],
  env: Record<string, string> = {},
): Promise<Buffer> {
  const pip = await findPip();
  if (pip === undefined || pip[1] !== '-m') throw new Error('There is no Python 3 with pip on the PATH');
  const python = pip[0] as string;
  const packages = installed(python, pip, wanted, of);
  const all = { ...process.env, ...env, PYTHONPATH: packages, MPLBACKEND: 'agg' };
  return execFileSync(python, args, { env: all, maxBuffer: 2 ** 28 });
}

/** Wheels are for one version of Python. */
function installed(python: string, pip: string[], wanted: string[], of: string): string {
  const tag = execFileSync(python, ['-c', 'import sys; print(sys.implementation.cache_tag, end="")']);
  const name = createHash('sha256').update(of).digest('hex').slice(0, 16);
  const folder = join(CACHE_DIR, 'python', `${name}-${tag}`);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    const install = ['install', '--quiet', '--no-input', '--disable-pip-version-check'];
    // What pip says of other packages on this machine is of no interest; why it failed is in the error.
    execFileSync(python, [...pip.slice(1), ...install, '--target', draft, ...wanted], { stdio: 'pipe' });
    if (!existsSync(folder)) renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}
