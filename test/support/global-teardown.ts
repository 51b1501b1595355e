import { rmSync } from 'node:fs';
import { Client } from 'pg';
import { takeForTeardown } from './servers';

/** Stops what the setup started. A suite that left its database behind fails the run. */
export default async function globalTeardown(): Promise<void> {
  const servers = takeForTeardown();
  if (!servers) return;
  const left = await databasesLeft();
  await Promise.all(servers.running.splice(0).map((server) => server.stop()));
  rmSync(servers.folder, { recursive: true, force: true, maxRetries: 5 });
  if (left.length > 0) throw new Error(`These suites did not drop their database: ${left.join(', ')}`);
}

async function databasesLeft(): Promise<string[]> {
  if (!process.env.TEST_POSTGRES_URL) return [];
  const client = new Client({ connectionString: process.env.TEST_POSTGRES_URL });
  await client.connect();
  const { rows } = await client.query<{ datname: string }>(
    `select datname from pg_database where datname like 'test_%'`,
  );
  await client.end();
  return rows.map((row) => row.datname);
}
