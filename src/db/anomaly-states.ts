import { type Kysely, sql } from 'kysely';
import type { DetectionState } from '../domain/anomaly';
import type { MinuteSpan } from './candles';
import type { Database } from './schema';

type Of = Pick<MinuteSpan, 'market' | 'ticker'>;

/** What detection knew at the end of an hour, Unix milliseconds of its beginning. */
export interface HourState {
  hourMs: number;
  state: DetectionState;
}

const states = (db: Kysely<Database>, { market, ticker }: Of) =>
  db
    .selectFrom('anomaly_states')
    .select([sql<number>`(extract(epoch from hour) * 1000)::float8`.as('hourMs'), 'state'])
    .where('market', '=', market)
    .where('ticker', '=', ticker);

/** The state of the last hour before this one that has any. */
export async function stateBefore(
  db: Kysely<Database>,
  of: Of,
  hourMs: number,
): Promise<HourState | undefined> {
  return await states(db, of)
    .where('hour', '<', new Date(hourMs))
    .orderBy('hour', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The state of an hour, if it has one. */
export async function stateOf(db: Kysely<Database>, of: Of, hourMs: number): Promise<HourState | undefined> {
  return await states(db, of).where('hour', '=', new Date(hourMs)).executeTakeFirst();
}

/** The last hour that has a state. */
export async function lastStateHour(db: Kysely<Database>, of: Of): Promise<number | undefined> {
  const last = await states(db, of).orderBy('hour', 'desc').limit(1).executeTakeFirst();
  return last?.hourMs;
}

/** Stores the states of hours, in place of those that were there. */
export async function storeStates(
  db: Kysely<Database>,
  { market, ticker }: Of,
  hours: HourState[],
): Promise<void> {
  await sql`
    insert into anomaly_states as s (market, ticker, hour, state)
    select ${market}, ${ticker}, to_timestamp(hour_s), state::jsonb
    from unnest(
      ${hours.map(({ hourMs }) => hourMs / 1_000)}::float8[], ${hours.map(({ state }) => JSON.stringify(state))}::text[]
    ) as u (hour_s, state)
    on conflict (market, ticker, hour) do update set state = excluded.state
    where s.state is distinct from excluded.state`.execute(db);
}
