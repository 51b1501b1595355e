import { type RawBuilder, sql } from 'kysely';

/** A `timestamptz` as ISO 8601 in UTC with milliseconds, as JavaScript writes it. */
export function isoTime(time: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`to_char(${time} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
