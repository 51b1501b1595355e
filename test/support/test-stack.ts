import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { connectDatabase } from '../../src/db/connect';
import { migrate } from '../../src/db/migrate';
import type { Database } from '../../src/db/schema';
import type { Mode } from '../../src/dev/exchanges/control';
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
import { testStack } from './stack';

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
  startWorker(env?: Record<string, string>): Promise<StartedProcess>;
  startApi(env?: Record<string, string>): Promise<StartedProcess & { url: string }>;
  killPostgres(): Promise<void>;
  restartPostgres(): Promise<void>;
  stopPostgres(): Promise<void>;
  killTemporal(): Promise<void>;
  restartTemporal(): Promise<void>;
  /** Stops whatever still runs. */
  close(): Promise<void>;
}

/**
 * Starts PostgreSQL, Temporal on a SQLite file and the stand-in exchanges, with a tick every second.
 * @param temporalSettings what else the Temporal server's dynamic configuration is to hold
 */
export async function startTestStack(
  env: Record<string, string> = {},
  temporalSettings: Record<string, string> = {},
): Promise<TestStack> {
  const folder = mkdtempSync(join(tmpdir(), 'pricehook-stack-'));
  chmodSync(folder, 0o711);
  let postgres: EmbeddedPostgres = await startPostgres({ dataDir: folder });
  const temporalOptions = {
    binary: process.env.TEST_TEMPORAL_CLI as string,
    dbFile: join(folder, 'temporal.db'),
    logFile: join(folder, 'temporal.log'),
    settings: temporalSettings,
  };
  let server: EmbeddedTemporal = await startTemporal(temporalOptions);
  const settings = {
    INGEST_INTERVAL: '1s',
    WEBHOOK_TIMEOUT: '2s',
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'info',
    ...env,
  };
  const stack = testStack({ databaseUrl: postgres.url, temporalAddress: server.address }, settings);
  const exchanges = await startExchanges({ symbols: stack.config.symbols });
  const db = connectDatabase(postgres.url, { maxConnections: 5, onIdleError: () => {} });
  await migrate(db);
  const temporal = connectTemporal(stack.temporal);
  await registerSearchAttributes(temporal);
  await applySchedules(temporal.client, stack.config);

  const baseUrls = Object.fromEntries(
    Object.entries(exchanges.baseUrls).map(([name, url]) => [`${name.toUpperCase()}_BASE_URL`, url]),
  );
  const processes: StartedProcess[] = [];
  const processEnv = {
    DATABASE_URL: postgres.url,
    TEMPORAL_ADDRESS: server.address,
    MARKET: 'replay',
    WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
    WEBHOOK_RETRY_INITIAL: '300ms',
    DATA_DIR: folder,
    ...baseUrls,
    ...settings,
  };
  const start = async (script: string, extra: Record<string, string>, ready: string) => {
    const started = await startProcess(script, { ...processEnv, ...extra }, ready);
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
        { ...baseUrls, ...settings, ...extra },
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
    startWorker: (env = {}) => start('worker.js', env, 'The worker is ready'),
    async startApi(env = {}) {
      const port = await freePort();
      const started = await start('server.js', { PORT: String(port), ...env }, 'The API is ready');
      return { ...started, url: `http://127.0.0.1:${port}` };
    },
    async killPostgres() {
      postgres.kill();
      await postgres.exited;
    },
    async restartPostgres() {
      postgres = await startPostgres({ dataDir: folder, port: postgres.port });
    },
    stopPostgres: () => postgres.stop(),
    async killTemporal() {
      server.kill();
      await server.exited;
    },
    async restartTemporal() {
      server = await startTemporal({ ...temporalOptions, port: server.port });
    },
    async close() {
      await Promise.all(processes.map((started) => started.kill()));
      await temporal.close();
      await db.destroy();
      await exchanges.stop();
      await server.stop();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
