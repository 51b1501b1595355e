import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { connectDatabase } from '../../src/db/connect';
import { migrate } from '../../src/db/migrate';
import { type Children, stopOrphans, trackChildren } from '../../src/dev/children';
import { lockDataDir } from '../../src/dev/lock';
import { startPostgres } from '../../src/dev/postgres';
import { findTemporalCli, findTestServer } from '../../src/dev/temporal-binary';
import { startTemporal } from '../../src/dev/temporal-server';
import { keepForTeardown, type TestServers } from './servers';

/** Starts one PostgreSQL and one Temporal server for the whole run, and says where they are through the environment. */
export default async function globalSetup(): Promise<void> {
  await removeLeftovers();
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  lockDataDir(folder);
  const children = trackChildren(folder);
  const servers: TestServers = { folder, running: [] };
  killWithUs(servers, children);
  keepForTeardown(servers);
  await Promise.all([
    usePostgres(servers, children),
    useTemporal(servers, children),
    useWorkflowBundle(folder),
  ]);
}

const PREFIX = 'pricehook-test-';

/** Stops and removes what runs that were killed have left behind; runs that are under way hold their lock. */
async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    try {
      lockDataDir(folder);
    } catch {
      continue;
    }
    await stopOrphans(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What it holds is lost at a power cut, which no test survives anyway. */
const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

async function usePostgres(servers: TestServers, children: Children): Promise<void> {
  const onSpawn = (pid: number) => children.spawned('PostgreSQL', pid);
  const postgres = await startPostgres({ dataDir: servers.folder, settings: FAST, onSpawn });
  servers.running.push(postgres);
  process.env.TEST_POSTGRES_URL = postgres.url;
  const db = connectDatabase(postgres.url, { maxConnections: 1, onIdleError: () => {} });
  await migrate(db);
  await db.destroy();
}

async function useTemporal(servers: TestServers, children: Children): Promise<void> {
  const log = (line: string) => void process.stderr.write(line.startsWith('Downloading') ? `${line}\n` : '');
  const binary = await findTemporalCli({ explicitPath: process.env.TEMPORAL_CLI_PATH, log });
  const onSpawn = (pid: number) => children.spawned('Temporal', pid);
  const temporal = await startTemporal({ binary, logFile: join(servers.folder, 'temporal.log'), onSpawn });
  servers.running.push(temporal);
  process.env.TEST_TEMPORAL_CLI = binary;
  process.env.TEST_TEMPORAL_ADDRESS = temporal.address;
  process.env.TEST_SERVER_BINARY = await findTestServer(log);
}

/** Bundling takes seconds: workers of all suites share one bundle. */
async function useWorkflowBundle(folder: string): Promise<void> {
  const workflowsPath = join(__dirname, '../../src/workflows/index.ts');
  if (!existsSync(workflowsPath)) return;
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: [join(__dirname, '../../src/workflows/interceptors.ts')],
    logger: new DefaultLogger('ERROR'),
  });
  const path = join(folder, 'workflow-bundle.js');
  writeFileSync(path, code);
  process.env.TEST_WORKFLOW_BUNDLE = path;
}

/** A run that is interrupted never reaches the teardown, and Ctrl-C does not reach the servers. */
function killWithUs(servers: TestServers, children: Children): void {
  chmodSync(servers.folder, 0o711);
  process.once('exit', () => {
    children.killAll();
    rmSync(servers.folder, { recursive: true, force: true, maxRetries: 5 });
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => process.exit(130));
}
