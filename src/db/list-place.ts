import { sql } from 'kysely';

/** A place in a list that goes by time. Microseconds, as PostgreSQL has them: a `Date` would lose or repeat rows. */
export interface ListPlace {
  /** Unix time, as a whole number. */
  createdUs: string;
  id: string;
}

/** A row's time as a `ListPlace` has it, of rows that were created. */
export const CREATED_US = sql<string>`(extract(epoch from created_at) * 1000000)::bigint`;

/** The time of a place. */
export const timeOf = ({ createdUs }: ListPlace) =>
  sql<Date>`'epoch'::timestamptz + ${createdUs}::bigint * interval '1 microsecond'`;

/** Where the page behind these rows begins, of `found` rows that were asked for; undefined where there is none. */
export function placeBehind<T>(
  page: T[],
  found: number,
  placeOf: (last: T) => ListPlace,
): ListPlace | undefined {
  const last = page.at(-1);
  return found > page.length && last !== undefined ? placeOf(last) : undefined;
}

/** The place of a row that was selected with `CREATED_US`. */
export const createdPlace = ({ created_us, id }: { created_us: string; id: string }): ListPlace => ({
  createdUs: created_us,
  id,
});
