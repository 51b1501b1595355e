import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { UserIds } from './child';
import { PlainError } from './plain-error';
import type { PostgresBinaries } from './postgres-binaries';
import { assertReachable, postgresUser } from './postgres-user';

const run = promisify(execFile);
const DRAFT = 'postgres.draft-';

export interface Cluster {
  dir: string;
  user: UserIds;
  password: string;
  /** PostgreSQL's major version. */
  version: string;
}

export const clusterDir = (dataDir: string) => join(dataDir, 'postgres');

/** What PostgreSQL's programs see of our environment: none of the PG… variables. */
export function postgresEnv(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
}

/**
 * The database cluster in a data directory, made on the first call. A cluster is made under another name and renamed
 * when it is whole, so that one whose making was interrupted is never taken for a good one.
 * @throws Error in plain words when it can't be used
 */
export async function prepareCluster(dataDir: string, binaries: PostgresBinaries): Promise<Cluster> {
  mkdirSync(dataDir, { recursive: true });
  const dir = clusterDir(dataDir);
  const user = postgresUser(dir);
  if (user.uid !== undefined) chmodSync(dataDir, statSync(dataDir).mode | 0o011);
  assertReachable(binaries.needed, dataDir, user);
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith(DRAFT)) rmSync(join(dataDir, name), { recursive: true, force: true, maxRetries: 5 });
  }
  if (!existsSync(dir)) await makeCluster(dataDir, binaries, user);
  const version = await versionOf(dir, binaries);
  return { dir, user, password: readPassword(dataDir), version };
}

const passwordFile = (dataDir: string) => join(dataDir, 'postgres.password');

function readPassword(dataDir: string): string {
  try {
    return readFileSync(passwordFile(dataDir), 'utf8').trim();
  } catch (error) {
    throw new PlainError(
      `The database's password can't be read (${(error as Error).message}). ` +
        `Bring the file back, or remove ${clusterDir(dataDir)} to begin with an empty database.`,
    );
  }
}

async function makeCluster(dataDir: string, binaries: PostgresBinaries, user: UserIds): Promise<void> {
  const password = randomBytes(18).toString('base64url');
  writeFileSync(passwordFile(dataDir), `${password}\n`, { mode: 0o600 });

  const draft = join(dataDir, `${DRAFT}${randomBytes(4).toString('hex')}`);
  const pwfile = join(draft, 'password');
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(pwfile, `${password}\n`, { mode: 0o600 });
  if (user.uid !== undefined && user.gid !== undefined) {
    chownSync(draft, user.uid, user.gid);
    chownSync(pwfile, user.uid, user.gid);
  }
  const args = [
    '-D',
    join(draft, 'cluster'),
    '--username=pricehook',
    `--pwfile=${pwfile}`,
    '--encoding=UTF8',
  ];
  args.push('--locale=C', '--auth=scram-sha-256', '--no-instructions');
  try {
    await run(binaries.initdb, args, { ...user, cwd: draft, env: postgresEnv() });
    renameSync(join(draft, 'cluster'), clusterDir(dataDir));
  } catch (error) {
    throw new PlainError(`The database cluster could not be made: ${whyNotRun(error)}`);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** The version that made the cluster; only the same one can run it. */
async function versionOf(dir: string, binaries: PostgresBinaries): Promise<string> {
  const made = existsSync(join(dir, 'PG_VERSION')) && readFileSync(join(dir, 'PG_VERSION'), 'utf8').trim();
  if (!made)
    throw new PlainError(
      `${dir} is not a PostgreSQL cluster. Move it away, or set DATA_DIR to another folder.`,
    );
  const { stdout } = await run(binaries.postgres, ['--version']).catch((error: unknown) => {
    throw new PlainError(`PostgreSQL can't be run: ${whyNotRun(error)}`);
  });
  const installed = /\d+/.exec(stdout)?.[0];
  if (installed !== made) {
    throw new PlainError(
      `${dir} was made by PostgreSQL ${made}, and PostgreSQL ${installed} is installed. ` +
        'Dump it with the older one and restore it, or set DATA_DIR to another folder.',
    );
  }
  return made;
}

function whyNotRun(error: unknown): string {
  const { code, stderr, message } = error as { code?: string | number; stderr?: string; message: string };
  if (code === 'ENOENT')
    return `${message}. The installed programs need glibc; set DATABASE_URL on a system without it.`;
  return stderr?.trim() || message;
}
