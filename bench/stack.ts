import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import type { Kysely } from 'kysely';
import { Client as PostgresClient } from 'pg';
import { connectDatabase } from '../src/db/connect';
import type { Database } from '../src/db/schema';
import type { Child } from '../src/dev/child';
import { type Children, trackChildren } from '../src/dev/children';
import { freePort } from '../src/dev/ports';
import { startPostgres } from '../src/dev/postgres';
import { findTemporalCli } from '../src/dev/temporal-binary';
import { startTemporal } from '../src/dev/temporal-server';
import { registerNamespace, registerSearchAttributes } from '../src/namespace';
import { prepareDatabase } from '../src/prepare';
import { loadSettings } from '../src/settings';
import { connectTemporal, type TemporalConnection } from '../src/temporal';
import { eventually } from '../test/support/eventually';
import { startProgram } from './program';
import { BENCH_SECRETS_KEY } from './secrets';

const SECONDS_UP = 60_000;

/** The servers of one scenario, with an empty database and an empty namespace. */
export interface Stack {
  db: Kysely<Database>;
  databaseUrl: string;
  temporal: TemporalConnection;
  connectConfig: ClientConnectConfig;
  /** What our programs are started with. */
  env: Record<string, string>;
  /** The prices that the only source answers, by ticker; change them before a tick. */
  prices: Record<string, number>;
  /** Has something closed with the stack, before the servers stop. */
  onClose(close: () => Promise<unknown> | unknown): void;
  /** An empty database more, with the schema of today. */
  newDatabase(): Promise<string>;
  /** Starts our worker, as a process of its own. */
  startWorker(env?: Record<string, string>): Promise<Child>;
  /** Starts our API, as a process of its own, without rate limits. */
  startApi(env?: Record<string, string>): Promise<Child & { url: string }>;
  /** Starts a built program (`worker.js`), or a TypeScript file by its whole path, as a process of its own. */
  start(file: string, env: Record<string, string>, ready: string): Promise<Child>;
}

/**
 * Starts the servers of one scenario, runs `work`, and stops everything again. `DATABASE_URL` and the settings of Temporal
 * in the environment are used instead of embedded servers where they are given.
 */
export async function withStack<T>(work: (stack: Stack) => Promise<T>): Promise<T> {
  const closers: (() => Promise<unknown> | unknown)[] = [];
  try {
    return await work(await startStack(closers));
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

async function startStack(closers: (() => Promise<unknown> | unknown)[]): Promise<Stack> {
  const settings = loadSettings();
  const folder = mkdtempSync(join(tmpdir(), 'pricehook-bench-'));
  chmodSync(folder, 0o711);

  closers.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const children = trackChildren(folder);
  // A bench that is stopped leaves nothing running.
  process.once('exit', children.killAll);
  closers.push(() => process.off('exit', children.killAll));

  const serverUrl = settings.config.databaseUrl ?? (await embeddedPostgres(folder, children, closers));
  const newDatabase = () => createDatabase(serverUrl, closers);
  const databaseUrl = await newDatabase();
  const db = connectDatabase(databaseUrl, { maxConnections: 10, onIdleError: () => {} });
  closers.push(() => db.destroy());

  const connectConfig = {
    ...(settings.temporal ?? (await embeddedTemporal(folder, children, closers))),
    namespace: `bench-${randomBytes(6).toString('hex')}`,
  };
  const temporal = connectTemporal(connectConfig);
  closers.push(() => temporal.close());
  await registerNamespace(temporal, 1);
  await eventually(() => registerSearchAttributes(temporal), SECONDS_UP);

  const prices: Record<string, number> = {};
  const source = await startSource(prices);
  closers.push(source.close);
  const env: Record<string, string> = {
    DATABASE_URL: databaseUrl,
    ...temporalEnv(connectConfig),
    SECRETS_KEY: BENCH_SECRETS_KEY,
    DATA_DIR: folder,
    MARKET: 'replay',
    SOURCES: 'binance',
    BINANCE_BASE_URL: source.url,
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'info',
    WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
  };
  let programs = 0;
  const start = async (file: string, extra: Record<string, string>, ready: string) => {
    programs += 1;
    const name = `${programs}-${basename(file)}`;
    const logFile = join(folder, `${name}.log`);
    const started = await startProgram(file, { ...env, ...extra }, ready, logFile);
    children.spawned(name, started.pid);
    closers.push(() => started.stop('SIGKILL', 0));
    return started;
  };
  return {
    db,
    databaseUrl,
    temporal,
    connectConfig,
    env,
    prices,
    onClose: (close) => void closers.push(close),
    newDatabase,
    start,
    startWorker: (extra = {}) => start('worker.js', extra, 'The worker is ready'),
    async startApi(extra = {}) {
      const port = await freePort();
      const started = await start('server.js', { PORT: String(port), ...extra }, 'The API is ready');
      return { ...started, url: `http://127.0.0.1:${port}` };
    },
  };
}

async function embeddedPostgres(
  folder: string,
  children: Children,
  closers: (() => unknown)[],
): Promise<string> {
  const onSpawn = (pid: number) => children.spawned('PostgreSQL', pid);
  const postgres = await startPostgres({ dataDir: folder, onSpawn });
  closers.push(() => postgres.stop());
  return postgres.url;
}

async function embeddedTemporal(
  folder: string,
  children: Children,
  closers: (() => unknown)[],
): Promise<{ connectionOptions: { address: string } }> {
  const binary = await findTemporalCli({ explicitPath: process.env.TEMPORAL_CLI_PATH });
  const server = await startTemporal({
    binary,
    dbFile: join(folder, 'temporal.db'),
    logFile: join(folder, 'temporal.log'),
    onSpawn: (pid) => children.spawned('Temporal', pid),
  });
  closers.push(() => server.stop());
  return { connectionOptions: { address: server.address } };
}

async function createDatabase(serverUrl: string, closers: (() => unknown)[]): Promise<string> {
  const name = `bench_${randomBytes(6).toString('hex')}`;
  const asAdmin = async (statement: string) => {
    const client = new PostgresClient({ connectionString: serverUrl });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await asAdmin(`create database "${name}"`);
  closers.push(() => asAdmin(`drop database "${name}" with (force)`));
  const url = Object.assign(new URL(serverUrl), { pathname: name }).href;
  await prepareDatabase({ databaseUrl: url, secretsKeys: [BENCH_SECRETS_KEY] }, (left) => {
    throw new Error(left);
  });
  return url;
}

/** What a process needs in its environment to reach the same Temporal. */
function temporalEnv(config: ClientConnectConfig): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => name.startsWith('TEMPORAL_'));
  return {
    ...(Object.fromEntries(inherited) as Record<string, string>),
    TEMPORAL_ADDRESS: config.connectionOptions.address ?? '',
    TEMPORAL_NAMESPACE: config.namespace ?? 'default',
  };
}

/** A source that answers the prices of the moment, in the form of Binance's `/api/v3/ticker/price`. */
async function startSource(prices: Record<string, number>): Promise<{ url: string; close: () => void }> {
  const server = createServer((_, response) => {
    const answer = Object.entries(prices).map(([ticker, price]) => ({
      symbol: `${ticker}USDT`,
      price: String(price),
    }));
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
