import { type Kysely, sql } from 'kysely';
import type { Market, SourceFailure, SourceName } from '../domain/quote';
import type { Database } from './schema';

/** What decides whether a source is asked in this tick. */
export interface SourceTurn {
  restingUntil: Date | null;
  lastAttemptAt: Date | null;
  /** When any other source last gave a quote. */
  othersSucceededAt: Date | null;
}

/** Reads what decides whether a source is asked in this tick. */
export async function readTurn(db: Kysely<Database>, market: Market, name: SourceName): Promise<SourceTurn> {
  const { rows } = await sql<SourceTurn>`
    select
      (select resting_until from sources where market = ${market} and name = ${name}) as "restingUntil",
      (select last_attempt_at from sources where market = ${market} and name = ${name}) as "lastAttemptAt",
      (select max(last_success_at) from sources where market = ${market} and name <> ${name}) as "othersSucceededAt"
  `.execute(db);
  return rows[0] as SourceTurn;
}

/**
 * Makes a source rest after a rate limit: for as long as it said, otherwise for a minute, doubled with each rest in a
 * row up to an hour. Written at once, so that the rest survives whatever stops next.
 */
export async function restSource(
  db: Kysely<Database>,
  market: Market,
  name: SourceName,
  retryAfterMs: number | undefined,
): Promise<void> {
  const seconds =
    retryAfterMs !== undefined
      ? sql`least(86400, ${retryAfterMs / 1000}::float8)`
      : sql`least(3600, 60 * power(2, least(s.rest_count, 10)))`;
  await sql`
    insert into sources as s (market, name, rest_count) values (${market}, ${name}, 0)
    on conflict (market, name) do nothing`.execute(db);
  await sql`
    update sources as s
    set resting_until = now() + make_interval(secs => ${seconds}), rest_count = rest_count + 1
    where market = ${market} and name = ${name}`.execute(db);
}

/** How one source did in one tick. */
export interface SourceHealth {
  name: SourceName;
  succeeded: boolean;
  failure: SourceFailure | undefined;
  deviation: number | undefined;
}

/** Records how the sources that were asked in a tick did. */
export async function recordSourceHealth(
  db: Kysely<Database>,
  market: Market,
  askedAt: Date,
  healths: SourceHealth[],
): Promise<void> {
  for (const { name, succeeded, failure, deviation } of healths) {
    await sql`
      insert into sources as s
        (market, name, last_attempt_at, last_success_at, failure, failure_message, failed_at, rest_count, deviation)
      values (${market}, ${name}, ${askedAt}, ${succeeded ? askedAt : null}, ${failure?.kind ?? null},
        ${failure?.message ?? null}, ${failure ? askedAt : null}, 0, ${deviation ?? null})
      on conflict (market, name) do update
      set last_attempt_at = excluded.last_attempt_at,
          last_success_at = coalesce(excluded.last_success_at, s.last_success_at),
          failure = excluded.failure,
          failure_message = excluded.failure_message,
          failed_at = coalesce(excluded.failed_at, s.failed_at),
          rest_count = case when excluded.last_success_at is null then s.rest_count else 0 end,
          deviation = coalesce(excluded.deviation, s.deviation)`.execute(db);
  }
}
