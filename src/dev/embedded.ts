import { join } from 'node:path';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import { startPostgres } from './postgres';
import type { Start } from './start';
import { supervise } from './supervise';
import { findTemporalCli } from './temporal-binary';
import { startTemporal } from './temporal-server';

/** The database's address: the configured one, or that of a PostgreSQL on the data directory, started again when it ends. */
export async function findPostgres({
  settings,
  progress,
  parts,
  children,
  log,
  fails,
}: Start): Promise<string> {
  const { dataDir, databaseUrl } = settings.config;
  if (databaseUrl !== undefined) return databaseUrl;
  const name = 'PostgreSQL';
  const start = (port?: number) =>
    startPostgres({ dataDir, port, onSpawn: (pid) => children.spawned(name, pid) });
  const first = progress.step(
    name,
    () => start(),
    ({ version }) => `${name} ${version}`,
  );
  const supervised = first.then((server) =>
    supervise({ name, first: server, again: ({ port }) => start(port), log }),
  );
  const { current, failed } = await parts.add(name, supervised, (server) => server.stop());
  fails(failed);
  return current().url;
}

export interface TemporalPlace {
  temporal: ClientConnectConfig;
  uiUrl: string | undefined;
  /** The `temporal` program; undefined where the server is not ours. */
  cli: string | undefined;
}

/** Where Temporal is: as configured, or a development server on the data directory, started again when it ends. */
export async function findTemporal({
  settings,
  progress,
  parts,
  children,
  log,
  fails,
}: Start): Promise<TemporalPlace> {
  if (settings.temporal) return { temporal: settings.temporal, uiUrl: undefined, cli: undefined };
  const { dataDir, temporalCliPath, temporalPort, temporalUiPort, temporalCodec, temporalCodecPort } =
    settings.config;
  const name = 'Temporal';
  const start = (binary: string) =>
    startTemporal({
      binary,
      dbFile: join(dataDir, 'temporal.db'),
      logFile: join(dataDir, 'temporal.log'),
      port: temporalPort,
      uiPort: temporalUiPort,
      codecEndpoint: temporalCodec && `http://127.0.0.1:${temporalCodecPort}`,
      onSpawn: (pid) => children.spawned(name, pid),
    });
  let cli: string | undefined;
  const supervised = progress.step(name, async () => {
    const binary = await findTemporalCli({ explicitPath: temporalCliPath, log: progress.line });
    cli = binary;
    return supervise({ name, first: await start(binary), again: () => start(binary), log });
  });
  const { current, failed } = await parts.add(name, supervised, (server) => server.stop());
  fails(failed);
  const { address, namespace, uiUrl } = current();
  return { temporal: { connectionOptions: { address }, namespace }, uiUrl, cli };
}
