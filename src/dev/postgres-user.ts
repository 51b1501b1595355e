import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { UserIds } from './child';
import { PlainError } from './plain-error';

/**
 * Whom PostgreSQL runs as. It refuses to run as root, so root lends it an unprivileged user: the one whom the cluster
 * belongs to already, else `postgres`, else `nobody`. Anybody else runs it as themselves.
 * @throws Error in plain words when the cluster belongs to another user than the one who starts it
 */
export function postgresUser(clusterDir: string): UserIds {
  const own = process.getuid?.();
  const cluster = statSync(clusterDir, { throwIfNoEntry: false });
  if (own !== 0) {
    if (cluster && own !== undefined && cluster.uid !== own) {
      throw new PlainError(
        `${clusterDir} belongs to ${nameOf(cluster.uid)}, and this is ${nameOf(own)}. ` +
          'Start as the user who made it, or set DATA_DIR to another folder.',
      );
    }
    return {};
  }
  if (cluster && cluster.uid !== 0) return { uid: cluster.uid, gid: cluster.gid };
  const ids = idsOf('postgres') ?? idsOf('nobody');
  if (!ids) {
    throw new PlainError(
      'PostgreSQL refuses to run as root, and this system has neither a user "postgres" nor "nobody". ' +
        'Start as an ordinary user, or set DATABASE_URL to a PostgreSQL of yours.',
    );
  }
  return ids;
}

/**
 * Checks that the user can read the files that it needs, and enter `folder` and all folders on the way.
 * @throws Error naming the first closed one and what to do
 */
export function assertReachable(needed: string[], folder: string, user: UserIds): void {
  if (user.uid === undefined) return;
  const folders = [...new Set([...needed.flatMap(foldersAbove), ...foldersAbove(folder), folder])];
  const script =
    'while [ "$1" != -- ]; do test -x "$1" || { printf %s "$1"; exit 1; }; shift; done; shift; ' +
    'for f do test -r "$f" || { printf %s "$f"; exit 1; }; done';
  const args = ['-c', script, 'sh', ...folders, '--', ...needed];
  const { status, stdout } = spawnSync('/bin/sh', args, { ...user, cwd: '/', encoding: 'utf8' });
  if (status === 0) return;
  throw new PlainError(
    `PostgreSQL refuses to run as root, so it runs as ${nameOf(user.uid)}, who may not enter or read ${stdout}. ` +
      `Open it (chmod o+rx ${stdout}), move the project elsewhere, start as an ordinary user, ` +
      'or set DATABASE_URL to a PostgreSQL of yours.',
  );
}

function foldersAbove(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...foldersAbove(parent), parent];
}

function idsOf(name: string): UserIds | undefined {
  const [uid, gid] = [id('-u', name), id('-g', name)].map(Number);
  return uid && gid ? { uid, gid } : undefined;
}

const nameOf = (uid: number) => `user ${id('-un', String(uid)) ?? uid}`;

function id(...args: string[]): string | undefined {
  const { status, stdout } = spawnSync('id', args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
