import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { Database } from './schema';

const PATIENCE_MS = 60_000;
const IN_FILES = 'Plain text of secrets may stand in the files of this table and of users';

/**
 * Writes the tables anew whose rows were changed, or lost a column, since secrets stood there in plain text: until then they keep
 * it on disk. A note on the table tells the next one to do it where this one dies, or has to leave some.
 * @param onKept hears where some is left, since a transaction stayed open for `patienceMs`
 */
export async function cleanFiles(
  db: Kysely<Database>,
  onKept: (what: string) => void,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const { rows } = await sql<{ isNoted: boolean }>`
    select obj_description('webhook_secrets'::regclass) is not distinct from ${IN_FILES} as "isNoted"`.execute(
    db,
  );
  if (!rows[0]?.isNoted) return;
  const isGone = await untilNobodySees(db, patienceMs);
  await sql`vacuum full webhook_secrets`.execute(db);
  await sql`vacuum full users`.execute(db);
  if (isGone) return noteInFiles(db, false);
  onKept(
    'Transactions that are open for long keep the plain text of webhook secrets, which are encrypted by now, in the files of ' +
      'the database: the next `pricehook migrate` or start tries again',
  );
}

/** Says whether there may be plain text for `cleanFiles` to take away. */
export async function noteInFiles(db: Kysely<Database>, isInFiles: boolean): Promise<void> {
  await sql`comment on table webhook_secrets is ${isInFiles ? sql.lit(IN_FILES) : sql`null`}`.execute(db);
}

/**
 * Rows that a snapshot may still see are kept when a table is written anew: waits a while for snapshots in this database that are
 * older than now, and for older transactions of the whole server, to which the snapshot of `vacuum full` itself reaches back.
 * @returns whether all of them ended
 */
async function untilNobodySees(db: Kysely<Database>, patienceMs: number): Promise<boolean> {
  const { rows } = await sql<{ next: string }>`
    select pg_snapshot_xmax(pg_current_snapshot())::text as next`.execute(db);
  const next = rows[0]?.next;
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const older = await sql`
      select where pg_snapshot_xmin(pg_current_snapshot()) < ${next}::xid8
      union all
      select from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()
        and age(backend_xmin) > age(${next}::xid8::xid)`.execute(db);
    if (older.rows.length === 0) return true;
    if (Date.now() > deadline) return false;
    await sleep(50);
  }
}
