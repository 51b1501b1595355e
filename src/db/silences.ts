import { type Kysely, sql } from 'kysely';
import type { Market, SourceName } from '../domain/quote';
import type { Database } from './schema';

export interface SourceSilence {
  name: SourceName;
  /** When it last gave a quote, or first failed to where it never did; Unix milliseconds. */
  sinceMs: number;
  /** Why its last reply was lost; null where it was not. */
  message: string | null;
}

/** Since when each source has given no quote; undefined where no tick was published in the last so many milliseconds. */
export async function silences(
  db: Kysely<Database>,
  market: Market,
  withinMs: number,
): Promise<SourceSilence[] | undefined> {
  const { rows: ticks } = await sql<{ isRecent: boolean }>`
    select exists (
      select from ticks
      where market = ${market} and tick_at > now() - make_interval(secs => ${withinMs / 1_000})
    ) as "isRecent"`.execute(db);
  if (!ticks[0]?.isRecent) return undefined;
  const { rows } = await sql<SourceSilence>`
    select s.name, s.failure_message as message, (extract(epoch from coalesce(s.last_success_at, (
      select min(f.first_at) from source_failures as f where f.market = s.market and f.source = s.name
    ), now())) * 1000)::float8 as "sinceMs"
    from sources as s where s.market = ${market}`.execute(db);
  return rows;
}
