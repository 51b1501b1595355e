import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Market } from '../domain/quote';
import type { Database } from './schema';

/** How long events can be asked for; the reconciliation deletes older ones. */
export const KEEP_EVENTS_MS = 24 * 3_600_000;

/**
 * How long a transaction may hold events of later ones back. None that writes events lasts as long; one of somebody else's, in
 * whatever database of the server, may, and then the stream goes on without it.
 */
const PATIENCE_S = 30;

/** Where an event stands in the order of all events. */
export interface EventPlace {
  xid: string;
  seq: string;
}

export interface StreamEvent extends EventPlace {
  userId: string;
  market: Market;
  type: string;
  /** ISO 8601, in UTC. */
  at: string;
  /** JSON, as it is sent; null for users who were not asked for. */
  data: string | null;
}

const at = sql`stream_time(at)`;

/** Restored from another server's dump, whose transactions had got farther: nothing can be said of its place here. */
const isForeign = sql`xid >= pg_snapshot_xmax(pg_current_snapshot())`;

/** Those that nothing can come before any longer: all transactions with a smaller xid are over. */
const settled = sql`(xid < pg_snapshot_xmin(pg_current_snapshot())
  or (at < now() - make_interval(secs => ${sql.lit(PATIENCE_S)}) and not ${isForeign}))`;

/** Of the columns: their names alone would mean what was selected, which is text. */
const inOrder = sql`order by e.xid, e.seq`;

const after = ({ xid, seq }: EventPlace): RawBuilder<unknown> =>
  sql`(xid, seq) > (${xid}::text::xid8, ${seq}::bigint)`;

/** The place behind which everything lies that is yet to be written or read. */
export async function newestPlace(db: Kysely<Database>): Promise<EventPlace> {
  const { rows } = await sql<EventPlace>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as xid, '0' as seq`.execute(db);
  return rows[0] as EventPlace;
}

/**
 * The events of everybody behind a place, in their order, so that one process reads each once however many listen.
 * @param users whose data is wanted; of others, only the places are told
 */
export async function eventsAfter(
  db: Kysely<Database>,
  place: EventPlace,
  users: string[],
  limit: number,
): Promise<StreamEvent[]> {
  const { rows } = await sql<StreamEvent>`
    select xid::text, seq::text, user_id as "userId", market, type, ${at} as at,
      case when user_id = any(${users}::uuid[]) then data end as data
    from stream_events as e where ${after(place)} and ${settled}
    ${inOrder} limit ${limit}`.execute(db);
  return rows;
}

/** A user's events behind a place, in their order. */
export async function eventsOfUser(
  db: Kysely<Database>,
  owner: { userId: string; market: Market },
  place: EventPlace,
  limit: number,
): Promise<StreamEvent[]> {
  const { rows } = await sql<StreamEvent>`
    select xid::text, seq::text, user_id as "userId", market, type, ${at} as at, data
    from stream_events as e
    where user_id = ${owner.userId} and market = ${owner.market} and ${after(place)} and ${settled}
    ${inOrder} limit ${limit}`.execute(db);
  return rows;
}

/**
 * What is known of a place that a client names.
 * @returns `whole` where all events behind it are there still, `trimmed` where some were deleted for their age, `unknown` where
 *   no event can stand there yet, as after the database was put back to an earlier day
 */
export async function judgePlace(
  db: Kysely<Database>,
  { xid, seq }: EventPlace,
): Promise<'whole' | 'trimmed' | 'unknown'> {
  const { rows } = await sql<{ isUnknown: boolean; isTrimmed: boolean }>`
    select ${xid}::numeric >= pg_snapshot_xmax(pg_current_snapshot())::text::numeric as "isUnknown",
      exists (
        select from stream_trimmed where (${xid}::numeric, ${seq}::numeric) < (xid::text::numeric, seq)
      ) as "isTrimmed"`.execute(db);
  if (rows[0]?.isUnknown) return 'unknown';
  return rows[0]?.isTrimmed ? 'trimmed' : 'whole';
}

/**
 * Deletes events that were written longer ago than this, the oldest first, `limit` of them at most; and what a restored dump has
 * brought from another server.
 * @returns how many
 */
export async function trimStreamEvents(
  db: Kysely<Database>,
  olderThanMs: number,
  limit: number,
): Promise<number> {
  for (const table of ['stream_events', 'stream_trimmed'])
    await sql`delete from ${sql.table(table)} where ${isForeign}`.execute(db);
  const { rows } = await sql<{ count: number }>`
    with old as materialized (
      select xid, seq from (select xid, seq, at from stream_events order by xid, seq limit ${limit}) as first
      where at < now() - make_interval(secs => ${olderThanMs / 1000})
    ),
    gone as (
      delete from stream_events as e using old where e.xid = old.xid and e.seq = old.seq returning e.xid, e.seq
    ),
    last as (select xid, seq from gone order by xid desc, seq desc limit 1),
    noted as (
      update stream_trimmed as t set xid = last.xid, seq = last.seq from last returning 1
    ),
    first as (
      insert into stream_trimmed select xid, seq from last where not exists (select from stream_trimmed)
    )
    select count(*)::int as count from gone`.execute(db);
  return rows[0]?.count ?? 0;
}
