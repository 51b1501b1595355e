import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema';
import type { Market } from '../domain/quote';

/**
 * Does something to the archive of a market while no other process does the like, and answers what it answers; undefined where
 * somebody else is at it. The lock is PostgreSQL's, of one connection, which `work` gets: it goes with the process that is
 * killed, and holds between workers on different machines that share a disk.
 */
export async function withArchiveLock<T>(
  db: Kysely<Database>,
  market: Market,
  part: 'raw' | 'partitions',
  work: (db: Kysely<Database>) => Promise<T>,
): Promise<T | undefined> {
  return await db.connection().execute(async (connection) => {
    const key = sql`hashtext('pricehook:archive'), hashtext(${`${market}/${part}`})`;
    const { rows } = await sql<{ taken: boolean }>`select pg_try_advisory_lock(${key}) as taken`.execute(
      connection,
    );
    if (!rows[0]?.taken) return undefined;
    try {
      return await work(connection);
    } finally {
      await sql`select pg_advisory_unlock(${key})`.execute(connection);
    }
  });
}
