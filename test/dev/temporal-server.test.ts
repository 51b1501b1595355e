import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedTemporal, startTemporal } from '../../src/dev/temporal-server';
import { connectTemporal } from '../../src/temporal';

let dataDir: string;
let running: EmbeddedTemporal[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'pricehook-temporal-'));
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(
  options: { port?: number; inMemory?: boolean; dbFile?: string } = {},
): Promise<EmbeddedTemporal> {
  const server = await startTemporal({
    binary: process.env.TEST_TEMPORAL_CLI as string,
    dbFile: options.inMemory ? undefined : (options.dbFile ?? join(dataDir, 'temporal.db')),
    logFile: join(dataDir, 'temporal.log'),
    port: options.port,
  });
  running.push(server);
  return server;
}

async function withClient<T>(
  server: EmbeddedTemporal,
  work: (client: ReturnType<typeof connectTemporal>['client']) => Promise<T>,
) {
  const temporal = connectTemporal({
    connectionOptions: { address: server.address },
    namespace: server.namespace,
  });
  try {
    return await work(temporal.client);
  } finally {
    await temporal.close();
  }
}

describe('startTemporal', () => {
  it.each(['stop', 'kill'] as const)('keeps workflows over a %s, on the same port', async (how) => {
    const first = await start();
    await withClient(first, (client) =>
      client.workflow.start('nothing', { workflowId: 'kept', taskQueue: 'nobody-polls', args: [] }),
    );
    await first[how]();
    await first.exited;

    const second = await start({ port: first.port });
    expect(second.address).toBe(first.address);
    const description = await withClient(second, (client) => client.workflow.getHandle('kept').describe());
    expect(description.status.name).toBe('RUNNING');
  });

  it('forgets everything in memory', async () => {
    const first = await start({ inMemory: true });
    await withClient(first, (client) =>
      client.workflow.start('nothing', { workflowId: 'forgotten', taskQueue: 'nobody-polls', args: [] }),
    );
    await first.stop();
    const second = await start({ inMemory: true });
    await expect(
      withClient(second, (client) => client.workflow.getHandle('forgotten').describe()),
    ).rejects.toThrow('not found');
  });

  it('refuses a port that is taken', async () => {
    const first = await start();
    await expect(start({ port: first.port })).rejects.toThrow(`Port ${first.port} is taken`);
  });

  it('says why it did not start', async () => {
    await expect(start({ dbFile: join(dataDir, 'no/such/folder.db') })).rejects.toThrow(
      /did not start[\s\S]*no.such/,
    );
  });
});
