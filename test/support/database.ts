import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import type { Kysely } from 'kysely';
import { Client } from 'pg';
import { connectDatabase } from '../../src/db/connect';
import type { Database } from '../../src/db/schema';
import { eventually } from './eventually';

export interface TestDatabase {
  db: Kysely<Database>;
  url: string;
  /** Closes `db` and removes the database; throws when somebody is connected to it still. */
  drop(): Promise<void>;
}

/** An empty database of this suite's own, with the schema of today. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const suite = basename(expect.getState().testPath ?? 'suite').replace(/\W.*$/, '');
  const name = `test_${suite}_${randomBytes(4).toString('hex')}`;
  // The server's own database was migrated once, by the setup; a copy is quicker than migrating again.
  await asAdmin((client) => client.query(`create database "${name}" template pricehook`));
  const url = Object.assign(new URL(serverUrl()), { pathname: name }).href;
  const db = connectDatabase(url, { maxConnections: 10, onIdleError: () => {} });
  const drop = async () => {
    await db.destroy();
    await asAdmin(async (client) => {
      await assertNobodyConnected(client, name).finally(() =>
        client.query(`drop database "${name}" with (force)`),
      );
    });
  };
  return { db, url, drop };
}

function serverUrl(): string {
  if (!process.env.TEST_POSTGRES_URL)
    throw new Error('TEST_POSTGRES_URL is not set: run the tests through jest');
  return process.env.TEST_POSTGRES_URL;
}

/** A connection to `postgres`, since nobody may be connected to a database that is copied. */
async function asAdmin<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: Object.assign(new URL(serverUrl()), { pathname: 'postgres' }).href,
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function assertNobodyConnected(client: Client, name: string): Promise<void> {
  await eventually(async () => {
    const { rows } = await client.query('select query from pg_stat_activity where datname = $1', [name]);
    if (rows.length > 0) {
      throw new Error(
        `The suite left ${rows.length} connections open: ${rows.map((row) => row.query).join('; ')}`,
      );
    }
  }, 5_000);
}
