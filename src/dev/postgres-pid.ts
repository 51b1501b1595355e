import { readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PlainError } from './plain-error';
import { clusterDir } from './postgres-cluster';
import { commandLine, programOf } from './process-table';

/** The process id of a PostgreSQL server that runs on a data directory, whoever started it. */
export function runningPostgres(dataDir: string): number | undefined {
  const pid = pidFromFile(dataDir);
  if (pid === undefined || !commandLine(pid)?.includes(clusterDir(dataDir))) return undefined;
  // An editor or a backup of the cluster names its path too.
  return basename(programOf(pid) ?? '') === 'postgres' ? pid : undefined;
}

function pidFromFile(dataDir: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(pidFile(dataDir), 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}

const pidFile = (dataDir: string) => join(clusterDir(dataDir), 'postmaster.pid');

/**
 * PostgreSQL takes any live process of its user for a running server once process ids have come round. Only then is the
 * file ours to remove: otherwise it guards against what is left of a server that was killed.
 * @throws Error when a server runs on the data directory
 */
export function removeStalePidFile(dataDir: string): void {
  const running = runningPostgres(dataDir);
  if (running !== undefined)
    throw new PlainError(`PostgreSQL runs on ${dataDir} already (process ${running}).`);
  const pid = pidFromFile(dataDir);
  if (pid !== undefined && commandLine(pid) !== undefined) rmSync(pidFile(dataDir), { force: true });
}
