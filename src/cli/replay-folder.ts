import { existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Market } from '../domain/quote';
import type { TimeSpan } from '../domain/statistics-span';
import { CommandError } from './command-error';

/** Makes `DATA_DIR/replays/<market>-<from>-<to>-001`, or with the next number that is free. */
export function newReplayFolder(dataDir: string, market: Market, { fromMs, toMs }: TimeSpan): string {
  const hour = (timeMs: number) => new Date(timeMs).toISOString().slice(0, 13);
  const parent = join(dataDir, 'replays');
  mkdirSync(parent, { recursive: true });
  for (let number = 1; ; number += 1) {
    const name = `${market}-${hour(fromMs)}-${hour(toMs)}-${String(number).padStart(3, '0')}`;
    try {
      mkdirSync(join(parent, name));
      return join(parent, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/**
 * Makes the folder that somebody wished for.
 * @param archive `DATA_DIR/archive`, in which nothing may be written
 * @throws CommandError with this status where it holds anything, or lies in the archive
 */
export function wishedFolder(out: string, archive: string, exitCode: number): string {
  const folder = resolve(out);
  const inside = relative(realPath(archive), realPath(folder));
  const isOutside = inside === '..' || inside.startsWith(`..${sep}`) || resolve(inside) === inside;
  if (!isOutside)
    throw new CommandError(
      `--out is "${out}"; allowed: a folder outside of the archive, ${archive}`,
      exitCode,
    );
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new CommandError(`--out is "${out}"; allowed: a folder that is empty, or not there yet`, exitCode);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Where a path leads, by all links; of one that is not there yet, the part that is. */
function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const parent = dirname(resolve(path));
  return join(realPath(parent), relative(parent, resolve(path)));
}
