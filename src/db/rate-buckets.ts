import { type Kysely, sql } from 'kysely';
import type { Database } from './schema';

/** Every bucket is full again after this long without a request. */
export const REFILL_SECONDS = 10;

export interface Taken {
  allowed: boolean;
  /** Whole requests that are left at once. */
  remaining: number;
  /** Until there is one more, in whole seconds. */
  nextTokenInSeconds: number;
}

/**
 * Takes one token from a bucket of `capacity` tokens, that many refilled in 10 s; a new bucket is full.
 *
 * One statement, so that any number of processes share a bucket. `tokens` is what is left after the last request had it
 * been granted: below zero, it was refused and took nothing, and the bucket holds one more than it says. The clock is
 * read when the row is locked, since `now()` of requests that waited for it would run backwards.
 */
export async function takeToken(db: Kysely<Database>, key: string, capacity: number): Promise<Taken> {
  const { rows } = await sql<{ tokens: number }>`
    insert into rate_buckets as b (key, tokens, refilled_at) values (${key}, ${capacity - 1}, clock_timestamp())
    on conflict (key) do update
    set tokens = least(
          ${capacity}::float8,
          case when b.tokens < 0 then b.tokens + 1 else b.tokens end
            + greatest(0, extract(epoch from clock_timestamp() - b.refilled_at)) * ${capacity / REFILL_SECONDS}::float8
        ) - 1,
        refilled_at = clock_timestamp()
    returning tokens`.execute(db);
  const tokens = rows[0]?.tokens ?? -1;
  const remaining = Math.max(0, Math.floor(tokens));
  const missing = tokens < 0 ? -tokens : remaining + 1 - tokens;
  return {
    allowed: tokens >= 0,
    remaining,
    nextTokenInSeconds: Math.max(1, Math.ceil((missing * REFILL_SECONDS) / capacity)),
  };
}

/**
 * Removes the buckets that are full again: without their rows nothing changes.
 * @returns how many
 */
export async function deleteIdleBuckets(db: Kysely<Database>): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('rate_buckets')
    .where('refilled_at', '<', sql<Date>`now() - make_interval(secs => ${REFILL_SECONDS})`)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
