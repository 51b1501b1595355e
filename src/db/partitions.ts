import { type Kysely, sql, type Transaction } from 'kysely';
import { dayOf } from '../domain/day';
import { MARKETS } from '../domain/quote';
import { lockForArming } from './publish-lock';
import type { Database } from './schema';

const DAY_MS = 86_400_000;
/** Today's and those of the next days: a reconciliation that is down for so long is made up for by the default partition. */
const DAYS_AHEAD = 2;
/** How many old published quotes one reconciliation deletes at most: a tick stores a handful. */
const DELETE_AT_ONCE = 5_000;

export interface PartitionsKept {
  /** Days (`2026-11-21`) whose partition was made, or dropped. */
  made: string[];
  dropped: string[];
  /** Days that are older than the retention and stay, because the archive does not have all of them yet. */
  owed: string[];
}

/**
 * Makes the daily partitions of `source_quotes` for today and the next days, and for whatever lies in the default partition;
 * drops those that are older than the retention in whole, unless the archive has not got their quotes yet.
 */
export async function keepPartitions(
  db: Kysely<Database>,
  { nowMs, retentionMs }: { nowMs: number; retentionMs: number },
): Promise<PartitionsKept> {
  const oldest = dayOf(nowMs - retentionMs);
  const last = dayOf(nowMs + DAYS_AHEAD * DAY_MS);
  const existing = await partitionedDays(db);
  const wanted = new Set((await defaultDays(db)).filter((day) => day <= last));
  for (let atMs = nowMs; dayOf(atMs) <= last; atMs += DAY_MS) wanted.add(dayOf(atMs));
  const made = [...wanted].filter((day) => !existing.includes(day)).sort();
  for (const day of made) await makePartition(db, day);
  const old = [...existing, ...made].filter((day) => day < oldest).sort();
  const [dropped, owed]: [string[], string[]] = [[], []];
  for (const day of old) {
    if (await isArchived(db, day)) {
      await betweenPublications(db, (trx) => sql`drop table ${partitionOf(day)}`.execute(trx));
      dropped.push(day);
    } else owed.push(day);
  }
  return { made, dropped, owed };
}

const partitionOf = (day: string) => sql.id(`source_quotes_${day.replaceAll('-', '')}`);

/** The days that have a partition, in order. */
export async function partitionedDays(db: Kysely<Database>): Promise<string[]> {
  const { rows } = await sql<{ day: string }>`
    select to_char(to_date(right(c.relname, 8), 'YYYYMMDD'), 'YYYY-MM-DD') as day
    from pg_inherits as i join pg_class as c on c.oid = i.inhrelid
    where i.inhparent = 'source_quotes'::regclass and c.relname ~ '^source_quotes_\\d{8}$'
    order by 1`.execute(db);
  return rows.map(({ day }) => day);
}

/**
 * Whether the source quotes of a time's day have been dropped, or were never there: days of later have a partition, and that
 * one has none.
 */
export async function wasDropped(db: Kysely<Database>, timeMs: number): Promise<boolean> {
  const day = dayOf(timeMs);
  const days = await partitionedDays(db);
  return !days.includes(day) && days.some((other) => other > day);
}

/** The days of what was stored while their partition was missing. */
async function defaultDays(db: Kysely<Database>): Promise<string[]> {
  const { rows } = await sql<{ day: string }>`
    select distinct to_char(tick_at at time zone 'utc', 'YYYY-MM-DD') as day from source_quotes_default`.execute(
    db,
  );
  return rows.map(({ day }) => day);
}

/** Takes what the default partition has of the day with it. */
async function makePartition(db: Kysely<Database>, day: string): Promise<void> {
  const partition = partitionOf(day);
  const [from, to] = boundsOf(day);
  await betweenPublications(db, async (trx) => {
    await sql`create table if not exists ${partition} (like source_quotes including all)`.execute(trx);
    await sql`
      with moved as (
        delete from source_quotes_default where tick_at >= ${from}::timestamptz and tick_at < ${to}::timestamptz
        returning *
      )
      insert into ${partition} select * from moved`.execute(trx);
    await sql`
      alter table source_quotes attach partition ${partition}
      for values from (${sql.lit(from)}) to (${sql.lit(to)})`.execute(trx);
  });
}

/** Whether the archive has all of a day's quotes; if not, they are nowhere but here. */
async function isArchived(db: Kysely<Database>, day: string): Promise<boolean> {
  const { rows } = await sql`
    select from ${partitionOf(day)} as q left join archive_state as s on s.market = q.market
    where q.seq > coalesce(s.appended_seq, 0) limit 1`.execute(db);
  return rows.length === 0;
}

/**
 * Changes the partitions while nobody publishes, since a quote on its way into the default partition would be refused once
 * its day has one of its own; gives up after a second, and the next reconciliation tries again: a tick waits no longer.
 */
async function betweenPublications<T>(
  db: Kysely<Database>,
  work: (trx: Transaction<Database>) => Promise<T>,
): Promise<T> {
  return await db
    .transaction()
    .setIsolationLevel('read committed')
    .execute(async (trx) => {
      await sql`set local lock_timeout = '1s'`.execute(trx);
      // Shared, as for arming: it holds publications back and no alerts.
      for (const market of MARKETS) await lockForArming(trx, market);
      return await work(trx);
    });
}

function boundsOf(day: string): [string, string] {
  const startMs = Date.parse(`${day}T00:00:00Z`);
  return [new Date(startMs).toISOString(), new Date(startMs + DAY_MS).toISOString()];
}

/**
 * Deletes published quotes that are older than the retention, some thousands at most, the oldest first; each ticker's last
 * quote stays, however old, since the next one is compared with it. They are not partitioned: an alert's look asks for
 * the last quotes by `seq` and a tick's claim by time, so that one of them would have to look into every partition.
 * @returns how many were deleted
 */
export async function deleteOldQuotes(
  db: Kysely<Database>,
  { nowMs, retentionMs }: { nowMs: number; retentionMs: number },
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from quotes where seq in (
      select seq from (select * from quotes order by seq limit ${DELETE_AT_ONCE}) as first
      where first.tick_at < ${new Date(nowMs - retentionMs)}
        and exists (
          select from quotes as later
          where later.market = first.market and later.ticker = first.ticker and later.seq > first.seq
        )
    )`.execute(db);
  return Number(numAffectedRows ?? 0);
}
