import type { ColumnType } from 'kysely';
import type { AttemptOutcome, ErrorClass } from '../../domain/delivery';

/** `numeric` comes back as a decimal string, so that no digit is lost; numbers are taken in too. */
export type Decimal = ColumnType<string, string | number, string | number>;
export type Time = ColumnType<Date, Date | string, Date | string>;
export type GeneratedTime = ColumnType<Date, Date | string | undefined, Date | string>;
/** `bigint` comes back as a string. */
export type BigInteger = ColumnType<string, string | number | bigint, string | number | bigint>;

/** Of an attempt to send something, to a webhook or to operators. */
export interface AttemptColumns {
  number: number;
  started_at: GeneratedTime;
  ended_at: Time | null;
  /** Null while the attempt is under way. */
  outcome: AttemptOutcome | null;
  status_code: number | null;
  /** Null for a success, and while nothing is known. */
  error_class: ErrorClass | null;
  error: string | null;
  duration_ms: number | null;
  response_body: string | null;
}
