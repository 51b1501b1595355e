import type { Kysely } from 'kysely';
import type { FailureKind, Market, SourceName } from '../domain/quote';
import type { Database } from './schema';

export interface SourceRow {
  name: SourceName;
  last_success_at: Date | null;
  failure: FailureKind | null;
  failed_at: Date | null;
  resting_until: Date | null;
  deviation: string | null;
}

/** How the sources of a market last did; one that was never asked has no row. */
export async function listSources(db: Kysely<Database>, market: Market): Promise<SourceRow[]> {
  return db
    .selectFrom('sources')
    .select(['name', 'last_success_at', 'failure', 'failed_at', 'resting_until', 'deviation'])
    .where('market', '=', market)
    .execute();
}
