import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type Child, type Exit, logTail, startChild } from './child';
import { PlainError } from './plain-error';
import { assertPortFree, freePort, portIsFree } from './ports';
import { findPostgresBinaries } from './postgres-binaries';
import { type Cluster, postgresEnv, prepareCluster } from './postgres-cluster';
import { removeStalePidFile } from './postgres-pid';
import { settingsArgs } from './postgres-settings';

export interface EmbeddedPostgres {
  url: string;
  /** PostgreSQL's major version. */
  version: string;
  port: number;
  pid: number;
  /** Fast shutdown: running transactions are rolled back, everything committed is on disk. */
  stop(): Promise<void>;
  kill(): void;
  exited: Promise<Exit>;
}

export interface PostgresOptions {
  dataDir: string;
  /** Any free one by default, and the same again at the next start if it is still free. */
  port?: number;
  /** Server settings over ours, such as `fsync: 'off'` for tests. */
  settings?: Record<string, string>;
  log?: (line: string) => void;
  /** Told of the server's process before it is ready, so that it can be found should we be killed meanwhile. */
  onSpawn?: (pid: number) => void;
}

const DATABASE = 'pricehook';
const STOP_GRACE_MS = 30_000;
/** Recovery after a kill reads back the write-ahead log; on a slow disk that takes a while. */
const START_TIMEOUT_MS = 120_000;

/**
 * Starts PostgreSQL on a data directory, with a database `pricehook`; both are made on the first start.
 * @throws Error in plain words, with the end of its log where it ran at all
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {});
  const binaries = findPostgresBinaries();
  const cluster = await prepareCluster(options.dataDir, binaries);
  const port = options.port ?? (await choosePort(options.dataDir));
  removeStalePidFile(options.dataDir);
  await assertPortFree(port);

  const deadline = Date.now() + START_TIMEOUT_MS;
  let child: Child;
  do {
    child = await startChild({
      command: binaries.postgres,
      args: ['-D', cluster.dir, ...settingsArgs(port, options.settings)],
      logFile: logFile(options.dataDir),
      cwd: cluster.dir,
      env: postgresEnv(),
      ...cluster.user,
      onSpawn: options.onSpawn,
    });
  } while (!(await becomesReady(child, cluster, port, options.dataDir, deadline)));
  log(`PostgreSQL listens on 127.0.0.1:${port}`);
  writeFileSync(portFile(options.dataDir), `${port}\n`);
  const { pid, exited, kill } = child;
  const { version } = cluster;
  return {
    url: url(cluster, port, DATABASE),
    version,
    port,
    pid,
    exited,
    kill,
    stop: () => child.stop('SIGINT', STOP_GRACE_MS),
  };
}

const portFile = (dataDir: string) => join(dataDir, 'postgres.port');
const logFile = (dataDir: string) => join(dataDir, 'postgres.log');

function url({ password }: Cluster, port: number, database: string): string {
  return `postgres://pricehook:${password}@127.0.0.1:${port}/${database}`;
}

async function choosePort(dataDir: string): Promise<number> {
  try {
    const last = Number(readFileSync(portFile(dataDir), 'utf8'));
    if (last > 0 && (await portIsFree(last))) return last;
  } catch {}
  return freePort();
}

/** Whether it is ready; false when it is to be started again, since the last one's processes are not all gone yet. */
async function becomesReady(child: Child, cluster: Cluster, port: number, dataDir: string, deadline: number) {
  let gone: Exit | undefined;
  void child.exited.then((exit) => {
    gone = exit;
  });
  while (Date.now() < deadline) {
    if (gone) {
      const end = logTail(logFile(dataDir));
      if (!end.includes('pre-existing shared memory block')) {
        throw new PlainError(`PostgreSQL did not start. The end of ${logFile(dataDir)}:\n${end}`);
      }
      await sleep(200);
      return false;
    }
    if (await databaseAnswers(cluster, port)) return true;
    await sleep(50);
  }
  await child.stop('SIGINT', 5_000);
  throw new PlainError(
    `PostgreSQL was not ready after ${START_TIMEOUT_MS / 1000} s; see ${logFile(dataDir)}`,
  );
}

async function databaseAnswers(cluster: Cluster, port: number): Promise<boolean> {
  const client = new Client({
    connectionString: url(cluster, port, 'postgres'),
    connectionTimeoutMillis: 2_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (!rowCount) await client.query(`create database ${DATABASE}`);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === '28P01') {
      throw new PlainError('The database does not take the password in postgres.password.');
    }
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
