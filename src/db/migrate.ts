import { DEFAULT_MIGRATION_TABLE, type Kysely, Migrator, sql } from 'kysely';
import * as initial from './migrations/0001-initial';
import * as alertEngine from './migrations/0002-alert-engine';
import * as backlogs from './migrations/0003-backlogs';
import * as guards from './migrations/0004-guards';
import * as deliveries from './migrations/0005-deliveries';
import * as webhookSecrets from './migrations/0006-webhook-secrets';
import * as apiKeys from './migrations/0007-api-keys';
import * as idempotency from './migrations/0008-idempotency';
import * as logRetention from './migrations/0009-log-retention';
import * as carriers from './migrations/0010-carriers';
import * as endpoints from './migrations/0011-endpoints';
import * as goneMessages from './migrations/0012-gone-messages';
import * as sourceQuotes from './migrations/0012-source-quotes';
import * as statistics from './migrations/0013-statistics';
import * as reports from './migrations/0014-reports';
import * as gaps from './migrations/0015-gaps';
import * as oldTests from './migrations/0016-old-tests';
import * as lateCandles from './migrations/0017-late-candles';
import * as stream from './migrations/0018-stream';
import * as rules from './migrations/0019-rules';
import type { Database } from './schema';

/** Forward only: a migration that has been released is never edited; a change is a new file. */
const migrations = {
  '0001-initial': initial,
  '0002-alert-engine': alertEngine,
  '0003-backlogs': backlogs,
  '0004-guards': guards,
  '0005-deliveries': deliveries,
  '0006-webhook-secrets': webhookSecrets,
  '0007-api-keys': apiKeys,
  '0008-idempotency': idempotency,
  '0009-log-retention': logRetention,
  '0010-carriers': carriers,
  '0011-endpoints': endpoints,
  '0012-gone-messages': goneMessages,
  '0012-source-quotes': sourceQuotes,
  '0013-statistics': statistics,
  '0014-reports': reports,
  '0015-gaps': gaps,
  '0016-old-tests': oldTests,
  '0017-late-candles': lateCandles,
  '0018-stream': stream,
  '0019-rules': rules,
};

/**
 * Brings the database's schema up to date; safe to call from several processes at once.
 * @returns the names of the migrations that were applied
 * @throws what the database says of the first migration that fails
 */
export async function migrate(db: Kysely<Database>): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results } = await migrator.migrateToLatest();
  if (error) throw error;
  return (results ?? []).map((result) => result.migrationName);
}

/** What is between the database's schema and this release; two empty lists where they fit. */
export interface SchemaState {
  /** The last migration that was applied; undefined in an empty database. */
  last: string | undefined;
  /** Those of this release that are still to be applied. */
  pending: string[];
  /** Those that this release does not know: a newer one was here. */
  unknown: string[];
}

/** Reads which migrations were applied; changes nothing. */
export async function schemaState(db: Kysely<Database>): Promise<SchemaState> {
  const { rows: tables } = await sql<{ there: boolean }>`
    select to_regclass(${DEFAULT_MIGRATION_TABLE}) is not null as there`.execute(db);
  const { rows } = tables[0]?.there
    ? await sql<{
        name: string;
      }>`select name from ${sql.table(DEFAULT_MIGRATION_TABLE)} order by name`.execute(db)
    : { rows: [] };
  const applied = rows.map(({ name }) => name);
  const known = Object.keys(migrations);
  return {
    last: applied.at(-1),
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}
