import { type Kysely, sql } from 'kysely';
import { ConfigError } from '../../config';
import { connectDatabase } from '../../db/connect';
import { schemaState } from '../../db/migrate';
import type { Database } from '../../db/schema';
import { isWorkerAlive } from '../../db/workers';
import { assertKeysFit } from '../../secrets-fit';
import { findSecretsKeys } from '../../secrets-key';
import type { Settings } from '../../settings';
import { createSecretBox } from '../../webhooks/secret-box';
import { type Finding, failed, ok, said, skipped, warning } from './finding';

const OLDEST_POSTGRES = 14;
const SEEN_WITHIN_SECONDS = 20;
const NO_DATABASE = 'PostgreSQL is embedded, and not running';

export interface DatabaseFindings {
  findings: Finding[];
  /** How far the server's clock is before ours. */
  aheadMs?: number;
}

/** Looks at PostgreSQL, the schema, the secrets key, and whether a worker is there. */
export async function checkDatabase(
  settings: Settings,
  databaseUrl: string | undefined,
): Promise<DatabaseFindings> {
  const { config } = settings;
  const start = 'start it with `npm start`, or set DATABASE_URL';
  if (databaseUrl === undefined) {
    const rest = ['Schema', 'Worker'].map((name) => skipped(name, NO_DATABASE));
    return { findings: [warning('PostgreSQL', NO_DATABASE, start), checkKey(settings), ...rest] };
  }
  const db = connectDatabase(databaseUrl, {
    maxConnections: 1,
    onIdleError: () => {},
    queryTimeoutMs: 5_000,
  });
  try {
    const { rows } = await sql<{ version: string; number: number; now: Date }>`
      select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
        clock_timestamp() as now`.execute(db);
    const { version = '', number = 0, now = new Date() } = rows[0] ?? {};
    const aheadMs = now.getTime() - Date.now();
    const major = Math.floor(number / 10_000);
    const server =
      major >= OLDEST_POSTGRES
        ? ok('PostgreSQL', version)
        : failed(
            'PostgreSQL',
            `${version} is older than ${OLDEST_POSTGRES}`,
            `use PostgreSQL ${OLDEST_POSTGRES} or newer`,
          );
    const schema = await checkSchema(db);
    const isThere = schema.status === 'ok';
    return {
      findings: [
        server,
        schema,
        isThere ? await checkKeyFits(settings, db) : checkKey(settings),
        isThere ? await checkWorker(db) : skipped('Worker', 'the schema is not there'),
      ],
      aheadMs,
    };
  } catch (error) {
    const mend =
      config.databaseUrl === undefined
        ? start
        : 'check DATABASE_URL, and that the server runs and takes connections from here';
    const rest = ['Schema', 'Worker'].map((name) => skipped(name, 'PostgreSQL does not answer'));
    return { findings: [failed('PostgreSQL', said(error), mend), checkKey(settings), ...rest] };
  } finally {
    await db.destroy();
  }
}

async function checkSchema(db: Kysely<Database>): Promise<Finding> {
  const { last, pending, unknown } = await schemaState(db);
  if (unknown.length > 0) {
    const detail = `newer than this release: ${unknown.join(', ')}`;
    return warning('Schema', detail, 'run the newest release that was ever migrated to');
  }
  if (pending.length === 0) return ok('Schema', last ?? '');
  return failed(
    'Schema',
    `not applied yet: ${pending.join(', ')}`,
    'run `npx pricehook migrate` (`npm start` does so itself)',
  );
}

const KEY_MEND =
  'set SECRETS_KEY to the key that was used before; a first one is made with: openssl rand -base64 32';

function checkKey({ config }: Settings): Finding {
  try {
    const { length } = findSecretsKeys(config);
    return ok(
      'Secrets key',
      `${length === 1 ? 'one key' : `${length} keys`}; what it opens could not be asked`,
    );
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const isNew = config.embedded.postgres && error.message.includes('there is no');
    return isNew
      ? skipped('Secrets key', 'the first start makes one')
      : failed('Secrets key', error.message, KEY_MEND);
  }
}

async function checkKeyFits(settings: Settings, db: Kysely<Database>): Promise<Finding> {
  try {
    await assertKeysFit(db, createSecretBox(findSecretsKeys(settings.config)));
    return ok('Secrets key', 'opens every stored webhook secret');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return failed('Secrets key', error.message, KEY_MEND);
  }
}

async function checkWorker(db: Kysely<Database>): Promise<Finding> {
  if (await isWorkerAlive(db, SEEN_WITHIN_SECONDS)) return ok('Worker', 'at work');
  const detail = `none was seen in the last ${SEEN_WITHIN_SECONDS} seconds`;
  return failed('Worker', detail, 'start one: `npm start`, or `npx pricehook worker`');
}
