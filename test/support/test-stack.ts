import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { connectDatabase } from '../../src/db/connect';
import { migrate } from '../../src/db/migrate';
import type { Database } from '../../src/db/schema';
import { trackChildren } from '../../src/dev/children';
import type { Mode } from '../../src/dev/exchanges/control';
import type { Prices } from '../../src/dev/exchanges/replay';
import { startExchanges } from '../../src/dev/exchanges/server';
import { freePort } from '../../src/dev/ports';
import { type EmbeddedPostgres, startPostgres } from '../../src/dev/postgres';
import { type EmbeddedTemporal, startTemporal } from '../../src/dev/temporal-server';
import { SOURCE_NAMES, type SourceName } from '../../src/domain/quote';
import { registerSearchAttributes } from '../../src/namespace';
import { applySchedules } from '../../src/schedules';
import type { JoinedStack } from '../../src/settings';
import { connectTemporal, type TemporalConnection } from '../../src/temporal';
import { type StartedProcess, startProcess } from './processes';
import { TEST_SECRETS_KEY } from './secrets';
import { testStack } from './stack';

type ServerPorts = Record<'postgres' | 'temporal', number>;

export interface TestStackOptions {
  /** The `temporal` CLI; the one that the tests' setup has found by default. */
  temporalCli?: string;
  /** What else the Temporal server's dynamic configuration is to hold. */
  temporalSettings?: Record<string, string>;
  /** Recorded ones by default. */
  prices?: Prices;
  /** The ports that a program reaches the servers by, such as those of proxies; the servers' own by default. */
  portsFor?: (program: 'worker' | 'api', servers: ServerPorts) => Promise<ServerPorts>;
}

/** A whole stack of real, separate parts on disk, each of which a test can kill and start again. */
export interface TestStack {
  db: Kysely<Database>;
  temporal: TemporalConnection;
  temporalAddress: string;
  exchanges: Awaited<ReturnType<typeof startExchanges>>;
  /** What a worker or an API in this process needs to join. */
  joined(env?: Record<string, string>): JoinedStack;
  /** Has the stand-in exchanges, all or some, behave in this way from now on. */
  setMode(mode: Mode['mode'], sources?: readonly SourceName[]): Promise<void>;
  /** Data and logs of all parts. */
  folder: string;
  /** What runs now, or ran last. */
  postgres(): EmbeddedPostgres;
  temporalServer(): EmbeddedTemporal;
  startWorker(env?: Record<string, string>): Promise<StartedProcess>;
  startApi(env?: Record<string, string>): Promise<StartedProcess & { url: string }>;
  killPostgres(): Promise<void>;
  restartPostgres(): Promise<void>;
  stopPostgres(): Promise<void>;
  killTemporal(): Promise<void>;
  restartTemporal(): Promise<void>;
  /** Stops whatever still runs, and removes the folder unless it is to be kept. */
  close(keep?: { folder: boolean }): Promise<void>;
}

const PROGRAMS = {
  worker: { script: 'worker.js', ready: 'The worker is ready' },
  api: { script: 'server.js', ready: 'The API is ready' },
} as const;

/** Starts PostgreSQL, Temporal on a SQLite file and the stand-in exchanges, with a tick every second. */
export async function startTestStack(
  env: Record<string, string> = {},
  options: TestStackOptions = {},
): Promise<TestStack> {
  const folder = mkdtempSync(join(tmpdir(), 'pricehook-stack-'));
  chmodSync(folder, 0o711);
  const children = trackChildren(folder);
  process.once('exit', children.killAll);
  const spawned = (name: string) => (pid: number) => children.spawned(name, pid);
  const postgresOptions = { dataDir: folder, onSpawn: spawned('PostgreSQL') };
  let postgres: EmbeddedPostgres = await startPostgres(postgresOptions);
  const temporalOptions = {
    binary: options.temporalCli ?? (process.env.TEST_TEMPORAL_CLI as string),
    dbFile: join(folder, 'temporal.db'),
    logFile: join(folder, 'temporal.log'),
    settings: options.temporalSettings,
    onSpawn: spawned('Temporal'),
  };
  let server: EmbeddedTemporal = await startTemporal(temporalOptions);
  const settings = {
    INGEST_INTERVAL: '1s',
    BACKFILL_AT_START: '0s',
    WEBHOOK_TIMEOUT: '2s',
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'info',
    ...env,
  };
  const stack = testStack({ databaseUrl: postgres.url, temporalAddress: server.address }, settings);
  const exchanges = await startExchanges({ symbols: stack.config.symbols, prices: options.prices });
  const db = connectDatabase(postgres.url, { maxConnections: 5, onIdleError: () => {} });
  await migrate(db);
  const temporal = connectTemporal(stack.temporal, stack.config.temporalCodec);
  await registerSearchAttributes(temporal);
  await applySchedules(temporal.client, stack.config);

  const baseUrls = Object.fromEntries(
    Object.entries(exchanges.baseUrls).map(([name, url]) => [`${name.toUpperCase()}_BASE_URL`, url]),
  );
  const processes: StartedProcess[] = [];
  const processEnv = {
    MARKET: 'replay',
    SECRETS_KEY: TEST_SECRETS_KEY,
    WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
    WEBHOOK_RETRY_INITIAL: '300ms',
    DATA_DIR: folder,
    ...baseUrls,
    ...settings,
  };
  const servers = { postgres: postgres.port, temporal: server.port };
  const start = async (program: 'worker' | 'api', extra: Record<string, string>) => {
    const { script, ready } = PROGRAMS[program];
    const ports = (await options.portsFor?.(program, servers)) ?? servers;
    const parts = {
      DATABASE_URL: Object.assign(new URL(postgres.url), { port: String(ports.postgres) }).href,
      TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`,
    };
    const logFile = join(folder, `${program}.log`);
    const onSpawn = spawned(program);
    const started = await startProcess(script, { ...processEnv, ...parts, ...extra }, ready, {
      logFile,
      onSpawn,
    });
    processes.push(started);
    return started;
  };
  return {
    db,
    temporal,
    temporalAddress: server.address,
    exchanges,
    joined: (extra = {}) =>
      testStack(
        { databaseUrl: postgres.url, temporalAddress: server.address },
        { DATA_DIR: folder, ...baseUrls, ...settings, ...extra },
      ),
    async setMode(mode, sources = SOURCE_NAMES) {
      await Promise.all(
        sources.map(async (source) => {
          const response = await fetch(`${exchanges.baseUrls[source]}/_control`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ source, mode }),
          });
          if (!response.ok)
            throw new Error(`${source} answered ${response.status}: ${await response.text()}`);
        }),
      );
    },
    folder,
    postgres: () => postgres,
    temporalServer: () => server,
    startWorker: (env = {}) => start('worker', env),
    async startApi(env = {}) {
      const port = env.PORT ?? (await freePort());
      const started = await start('api', { ...env, PORT: String(port) });
      return { ...started, url: `http://127.0.0.1:${port}` };
    },
    async killPostgres() {
      postgres.kill();
      await postgres.exited;
    },
    async restartPostgres() {
      postgres = await startPostgres({ ...postgresOptions, port: postgres.port });
    },
    stopPostgres: () => postgres.stop(),
    async killTemporal() {
      server.kill();
      await server.exited;
    },
    async restartTemporal() {
      server = await startTemporal({ ...temporalOptions, port: server.port });
    },
    async close(keep = { folder: false }) {
      await Promise.all(processes.map((started) => started.kill()));
      await temporal.close();
      await db.destroy();
      await exchanges.stop();
      await server.stop();
      await postgres.stop();
      process.off('exit', children.killAll);
      if (!keep.folder) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
