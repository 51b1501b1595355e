import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/dev/ports';
import { type EmbeddedTemporal, startTemporal } from '../../src/dev/temporal-server';
import { connectTemporal } from '../../src/temporal';
import { eventually } from '../support/eventually';

const BINARY = process.env.TEST_TEMPORAL_CLI as string;
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
  options: {
    port?: number;
    uiPort?: number;
    codecEndpoint?: string;
    binary?: string;
    inMemory?: boolean;
    dbFile?: string;
  } = {},
): Promise<EmbeddedTemporal> {
  const server = await startTemporal({
    binary: options.binary ?? BINARY,
    dbFile: options.inMemory ? undefined : (options.dbFile ?? join(dataDir, 'temporal.db')),
    logFile: join(dataDir, 'temporal.log'),
    port: options.port,
    uiPort: options.uiPort,
    codecEndpoint: options.codecEndpoint,
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

  it('lets the Web UI list workflows, and no web page call the HTTP API', async () => {
    const httpPort = await freePort();
    // Left to itself, it takes any port for that API and does not say which.
    const binary = join(dataDir, 'temporal');
    writeFileSync(binary, `#!/bin/sh\nexec "${BINARY}" "$@" --http-port ${httpPort}\n`, { mode: 0o755 });
    const server = await start({ binary, inMemory: true, uiPort: await freePort() });
    await withClient(server, (client) =>
      client.workflow.start('nothing', { workflowId: 'listed', taskQueue: 'nobody-polls', args: [] }),
    );
    const path = '/api/v1/namespaces/default/workflows';
    await eventually(async () => {
      const reply = await fetch(`${server.uiUrl}${path}`);
      expect(await reply.text()).toContain('"listed"');
    });
    expect((await fetch(`http://127.0.0.1:${httpPort}${path}`)).status).toBe(403);
  });

  it('tells the Web UI where payloads are decrypted', async () => {
    const codecEndpoint = 'http://127.0.0.1:8234';
    const server = await start({ inMemory: true, uiPort: await freePort(), codecEndpoint });
    await eventually(async () => {
      const reply = await fetch(`${server.uiUrl}/api/v1/settings`);
      expect(await reply.json()).toMatchObject({ Codec: { Endpoint: codecEndpoint } });
    });
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
