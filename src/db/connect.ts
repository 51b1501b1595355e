import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { PreparingClient } from './prepared';
import type { Database } from './schema';

/** How many connections a pool has, how many of them nobody uses, and how many callers wait for one. */
export type PoolCounts = Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount'>;

const PLAN_ONCE = 'set plan_cache_mode = force_generic_plan';

/**
 * A pool of connections to PostgreSQL. `onIdleError` hears of connections that break while nobody uses them (a
 * restarted server); those in use fail their query instead.
 */
export function connectDatabase(
  url: string,
  options: {
    maxConnections: number;
    onIdleError: (error: Error) => void;
    queryTimeoutMs?: number;
    /**
     * Statements are planned once per connection, whatever their parameters; by default PostgreSQL plans the first five uses of each
     * for their parameters. Only for statements that go by keys.
     */
    plansOnce?: boolean;
    /** Is given the pool, to watch how full it is. */
    onPool?: (pool: PoolCounts) => void;
  },
): Kysely<Database> {
  const pool = new Pool({
    connectionString: url,
    Client: PreparingClient,
    max: options.maxConnections,
    connectionTimeoutMillis: 5_000,
    // The server's own: a time-out of the client's would hand a connection back with its transaction still open.
    statement_timeout: options.queryTimeoutMs ?? 30_000,
    // A process that freezes in the middle of a transaction is cut off, so that its locks hold nobody up.
    idle_in_transaction_session_timeout: 5_000,
    keepAlive: true,
    application_name: 'pricehook',
    ...(options.plansOnce && { onConnect: (client) => client.query(PLAN_ONCE) }),
  });
  options.onPool?.(pool);
  pool.on('error', options.onIdleError);
  // A connection that breaks while it is lent out, between two queries, has no other listener: the next query tells.
  pool.on('connect', (client) => client.on('error', () => {}));
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}
